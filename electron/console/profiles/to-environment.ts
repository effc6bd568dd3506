import { join } from 'node:path';
import type { Connection, ProfileDraft } from '../../../shared/contract/profile';
import { environmentSchema } from '../../../shared/definitions/environment';
import type { DatabaseDefinition, EnvironmentDefinition } from '../../../shared/definitions/environment';
import { filePath } from '../../engine/connect/file-path';
import type { OpenRequest } from '../engine/engine-session';

/** A profile's draft as the environment file that it stands for; secrets that the host holds are not in it. */
export function environmentOf(draft: ProfileDraft): EnvironmentDefinition {
  return environmentSchema.parse({
    name: draft.name,
    level: draft.level,
    read_only: draft.read_only,
    databases: Object.fromEntries(
      Object.entries(draft.connections).map(([name, connection]) => [name, databaseOf(connection)]),
    ),
    system: draft.system,
  });
}

/** What the engine is asked to open for a profile. */
export function requestOf(
  draft: ProfileDraft,
  {
    dataFolder,
    resources,
    secrets,
  }: {
    readonly dataFolder: string;
    readonly resources: string;
    readonly secrets: Readonly<Record<string, string>>;
  },
): Omit<OpenRequest, 'caller'> {
  const through = Object.entries(draft.connections).flatMap(([name, { tunnel }]) => (tunnel ? [name] : []));
  return {
    definition: environmentOf(draft),
    folder: dataFolder,
    datasets: draft.datasets === null ? astroBookings(resources) : filePath(dataFolder, draft.datasets),
    secrets,
    tunnel: draft.tunnel === null || through.length === 0 ? null : { definition: draft.tunnel, databases: through },
  };
}

/** The dataset definitions that ship. */
export function astroBookings(resources: string): string {
  return join(resources, 'datasets', 'astrobookings');
}

function databaseOf(connection: Connection): DatabaseDefinition {
  const { engine, host, port, database, user, secret, tls, identity } = connection;
  const at = host.includes(':') ? `[${host}]` : encodeURIComponent(host);
  const login = user === '' ? '' : `${encodeURIComponent(user)}@`;
  return {
    engine,
    url: `${engine}://${login}${at}:${String(port)}/${encodeURIComponent(database)}`,
    tls: tls ?? { mode: 'disable' },
    allow_eviction: connection.allow_eviction,
    connect_timeout_s: connection.connect_timeout_s,
    ...(secret.kind === 'env' ? { password: { env: secret.name } } : {}),
    ...(secret.kind === 'file' ? { password: { file: secret.path } } : {}),
    ...(identity === null ? {} : { identity }),
  };
}
