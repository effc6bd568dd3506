import { counted } from '../../../shared/format-number';
import type { UninstallPreview } from '../../../shared/engine/reports';
import { captureState } from '../capture/state';
import { capturedHere, unsettledChanges } from '../capture/uninstall';
import { reading } from '../connect/kept-connections';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import { controlKeys } from '../stream/redis-identity';
import { installedVersion } from '../system/migrate';
import { readSystem } from './context';
import type { EngineContext } from './context';
import type { Client } from 'pg';

/** What `uninstall` would remove, and what is not settled yet; writes nothing, also through a read-only environment. */
export function uninstallPreview(context: EngineContext): Promise<UninstallPreview> {
  const { environment } = context;
  return readSystem(context, 'uninstall', async (system) => {
    const databases: UninstallPreview['databases'] = [];
    for (const name of environment.names) {
      const database = environment.database(name);
      const found =
        database.engine === 'postgres' ? await inPostgres(context, name, system) : await inRedis(context, name);
      databases.push({ name, label: database.label, ...found });
    }
    return { databases };
  });
}

type Found = Omit<UninstallPreview['databases'][number], 'name' | 'label'>;

function inPostgres(context: EngineContext, name: string, system: Client): Promise<Found> {
  return reading(context.environment.postgres(name), 'uninstall', async (client) => {
    const relayed = await relayedSnapshot(client, system);
    const { captureId, installed } = await captureState(client, relayed);
    return {
      removes: await capturedHere(client),
      changes: installed ? await unsettledChanges(client, relayed) : 0,
      jobs: installed ? await pendingJobsOf(system, captureId) : 0,
      entries: 0,
    };
  });
}

async function inRedis(context: EngineContext, name: string): Promise<Found> {
  const database = context.environment.redis(name);
  const redis = await database.connect('uninstall');
  try {
    const { keys, entries } = await controlKeys(redis, database);
    return { removes: keysRemoved(keys), changes: 0, jobs: 0, entries };
  } finally {
    redis.disconnect();
  }
}

/** What goes from a Redis, in words. */
export const keysRemoved = (keys: number): string[] => (keys === 0 ? [] : [`${counted(keys, 'key')} of the sync`]);

/** How many jobs of a capture wait in SystemDB. */
export async function pendingJobsOf(system: Client, captureId: string | null): Promise<number> {
  if ((await installedVersion(system, 'system')) === null) return 0;
  const { rows } = await system.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM astro_sync.job_queue WHERE status = 'pending' AND capture_id = $1`,
    [captureId],
  );
  return rows[0]?.count ?? 0;
}
