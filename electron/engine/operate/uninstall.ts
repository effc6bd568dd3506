import { counted } from '../../../shared/format-number';
import type { InitReport } from '../../../shared/engine/reports';
import { captureState } from '../capture/state';
import { uninstallCapture, uninstallTarget, unsettled } from '../capture/uninstall';
import { discardJobs } from '../queue/discard-jobs';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import { SyncError } from '../errors';
import { assertMayWrite } from '../run/guards';
import { uninstallRedis } from '../stream/redis-identity';
import { markInterrupted } from '../system/interrupted';
import { installedVersion } from '../system/migrate';
import { uninstallLock } from '../system/session';
import { listActiveRuns } from '../system/runs';
import { writeAudit } from '../system/audit';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { withClient } from './init';
import { keysRemoved, pendingJobsOf, uninstallPreview } from './uninstall-preview';
import type { Client } from 'pg';

/**
 * Removes capture from every source and the records of the sync from every target of the environment. SystemDB keeps its history.
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, RUNS_ACTIVE, UNSETTLED_CHANGES unless discard
 */
export async function uninstall(
  context: EngineContext,
  request: { readonly discard: boolean; readonly confirm?: string },
): Promise<InitReport> {
  const { environment } = context;
  assertMayWrite(environment, request.confirm);
  return withSystem(context, 'uninstall', async (system) => {
    // One after the other, and no run begins meanwhile; the end of the connection gives it back.
    await system.query(`SELECT pg_advisory_lock(${uninstallLock})`);
    const initialised = (await installedVersion(system, 'system')) !== null;
    if (initialised) await assertNoRuns(system);
    if (!request.discard) await assertSettled(context);
    const databases: InitReport['databases'] = [];
    for (const name of environment.names) {
      const database = environment.database(name);
      const done =
        database.engine === 'postgres'
          ? await withClient(context, name, (client) => uninstallPostgres(context, client, system, request.discard))
          : await uninstallOneRedis(context, name, request.discard);
      databases.push({ name, label: database.label, done });
    }
    if (initialised) {
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

/** Runs of whatever program work with what would be removed; those whose program is gone are found first. @throws SyncError RUNS_ACTIVE */
async function assertNoRuns(system: Client): Promise<void> {
  await markInterrupted(system);
  const active = await listActiveRuns(system);
  if (active.length === 0) return;
  const named = active.map(({ id, operator, host }) => `${id.slice(0, 8)} of ${operator} on ${host}`);
  throw new SyncError(
    'RUNS_ACTIVE',
    `${counted(active.length, 'run')} at work in this environment: ${named.join(', ')}`,
    {
      hint: 'Wait until it has ended, or stop it with "astro-sync cancel <id>".',
      details: { runs: active.map(({ id }) => id) },
    },
  );
}

/**
 * Looks at all databases before the first is touched: what is removed from one is not put back where another refuses.
 * @throws SyncError UNSETTLED_CHANGES
 */
async function assertSettled(context: EngineContext): Promise<void> {
  const { databases } = await uninstallPreview(context);
  const open = databases.filter(({ changes, jobs }) => changes + jobs > 0);
  const [first] = open;
  if (first === undefined) return;
  const sum = (of: 'changes' | 'jobs'): number => open.reduce((all, each) => all + each[of], 0);
  throw unsettled(
    open.map(({ name }) => name),
    { changes: sum('changes'), jobs: sum('jobs') },
  );
}

async function uninstallPostgres(
  { caller }: EngineContext,
  client: Client,
  system: Client,
  discard: boolean,
): Promise<string[]> {
  const relayed = await relayedSnapshot(client, system);
  const { captureId, installed } = await captureState(client, relayed);
  const unsettledJobs = installed ? await pendingJobsOf(system, captureId) : 0;
  const removed = await uninstallCapture(client, { discard, relayed, unsettledJobs });
  if (captureId !== null && unsettledJobs > 0) await discardJobs(system, captureId, caller.operator);
  return [...removed, ...(await uninstallTarget(client))];
}

async function uninstallOneRedis(context: EngineContext, name: string, discard: boolean): Promise<string[]> {
  const database = context.environment.redis(name);
  const redis = await database.connect('uninstall');
  try {
    const removed = await uninstallRedis(redis, database, { discard });
    return keysRemoved(removed);
  } finally {
    redis.disconnect();
  }
}
