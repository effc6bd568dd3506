import { counted } from '../../../shared/format-number';
import type { InitReport } from '../../../shared/engine/reports';
import { captureState } from '../capture/state';
import { uninstallCapture, uninstallTarget } from '../capture/uninstall';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import { assertMayWrite } from '../run/guards';
import { uninstallRedis } from '../stream/redis-identity';
import { installedVersion } from '../system/migrate';
import { writeAudit } from '../system/audit';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { withClient } from './init';
import type { Client } from 'pg';

/**
 * Removes capture from every source and the records of the sync from every target of the environment. SystemDB keeps its history.
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, UNSETTLED_CHANGES unless discard
 */
export async function uninstall(
  context: EngineContext,
  request: { readonly discard: boolean; readonly confirm?: string },
): Promise<InitReport> {
  const { environment } = context;
  assertMayWrite(environment, request.confirm);
  return withSystem(context, 'uninstall', async (system) => {
    const databases: InitReport['databases'] = [];
    for (const name of environment.names) {
      const database = environment.database(name);
      const done =
        database.engine === 'postgres'
          ? await withClient(context, name, (client) => uninstallPostgres(client, system, request.discard))
          : await uninstallOneRedis(context, name, request.discard);
      databases.push({ name, label: database.label, done });
    }
    if ((await installedVersion(system, 'system')) !== null) {
      await writeAudit(system, {
        ...context.caller,
        environment: environment.name,
        command: 'uninstall',
        details: { discard: request.discard },
        runId: null,
        outcome: 'done',
        error: null,
      });
    }
    return {
      databases,
      datasets: [],
      warnings: ['SystemDB keeps the queue and the history; drop schema astro_sync there to remove them too.'],
    };
  });
}

async function uninstallPostgres(client: Client, system: Client, discard: boolean): Promise<string[]> {
  const relayed = await relayedSnapshot(client, system);
  const { captureId, installed } = await captureState(client, relayed);
  const unsettledJobs = installed ? await pendingJobsOf(system, captureId) : 0;
  return [...(await uninstallCapture(client, { discard, relayed, unsettledJobs })), ...(await uninstallTarget(client))];
}

async function pendingJobsOf(system: Client, captureId: string | null): Promise<number> {
  if ((await installedVersion(system, 'system')) === null) return 0;
  const { rows } = await system.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM astro_sync.job_queue WHERE status = 'pending' AND capture_id = $1`,
    [captureId],
  );
  return rows[0]?.count ?? 0;
}

async function uninstallOneRedis(context: EngineContext, name: string, discard: boolean): Promise<string[]> {
  const database = context.environment.redis(name);
  const redis = await database.connect('uninstall');
  try {
    const removed = await uninstallRedis(redis, database, { discard });
    return removed === 0 ? [] : [`${counted(removed, 'key')} of the sync`];
  } finally {
    redis.disconnect();
  }
}
