import type { Connection } from '../../shared/contract/profile';
import type { EnvironmentDefinition } from '../../shared/definitions/environment';
import { isWithin } from '../console/profiles/own-places';
import type { Connections, NewReference, Place } from '../console/profiles/references';
import { parseAddress } from '../engine/connect/database-address';
import { filePath } from '../engine/connect/file-path';

/** Variables whose names begin so hold passwords for this program. */
export const passwordVariables = 'ASTRO_SYNC_PASSWORD';

/** What makes a password one that may be sent, for whoever may not. */
export const sendingHint = `Put the file into ~/.astro-sync or a folder that --passwords names at the start, give the variable a name that begins with ${passwordVariables}, or type the password in.`;

/**
 * Which passwords a page may name for whatever server: those that were put where this program looks for them.
 * @param folders of files with passwords, as the console was started
 */
export function setAside(references: readonly NewReference[], folders: readonly string[]): readonly NewReference[] {
  return references.filter(({ place }) => isSetAside(place, folders));
}

function isSetAside(place: Place, folders: readonly string[]): boolean {
  if (place.kind === 'env') return place.name.startsWith(passwordVariables);
  return folders.some((folder) => place.path !== folder && isWithin(folder, place.path));
}

/**
 * The databases of an environment file as connections of a saved environment: where their passwords come from, and where they lead.
 * @param folder of the file
 */
export function connectionsOf({ databases }: EnvironmentDefinition, folder: string): Connections {
  const connections = Object.entries(databases).map(([name, definition]): [string, Connection] => {
    const { engine, url, password, tls, identity, allow_eviction, connect_timeout_s } = definition;
    const { host, port, user, path, encrypted } = parseAddress(url, name);
    const { passphrase: _passphrase, ...files } = tls ?? { mode: encrypted ? 'verify-full' : 'disable' };
    const secret =
      typeof password !== 'object' || 'prompt' in password
        ? ({ kind: 'none' } as const)
        : 'env' in password
          ? ({ kind: 'env', name: password.env } as const)
          : ({ kind: 'file', path: filePath(folder, password.file) } as const);
    return [
      name,
      {
        engine,
        host,
        port,
        database: path,
        user: user ?? '',
        secret,
        tls: { ...files, ...(files.ca === undefined ? {} : { ca: filePath(folder, files.ca) }) },
        tunnel: false,
        identity: identity ?? null,
        allow_eviction,
        connect_timeout_s,
      },
    ];
  });
  return { connections: Object.fromEntries(connections), tunnel: null };
}
