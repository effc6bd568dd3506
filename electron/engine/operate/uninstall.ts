import { counted } from '../../../shared/format-number';
import type { InitReport, UninstallPreview } from '../../../shared/engine/reports';
import { captureState } from '../capture/state';
import { capturedHere, uninstallCapture, uninstallTarget, unsettledChanges } from '../capture/uninstall';
import { reading } from '../connect/kept-connections';
import { discardJobs } from '../queue/discard-jobs';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import { SyncError } from '../errors';
import { assertMayWrite } from '../run/guards';
import { controlKeys, uninstallRedis } from '../stream/redis-identity';
import { markInterrupted } from '../system/interrupted';
import { installedVersion } from '../system/migrate';
import { listActiveRuns } from '../system/runs';
import { writeAudit } from '../system/audit';
import { readSystem, withSystem } from './context';
import type { EngineContext } from './context';
import { withClient } from './init';
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
    const initialised = (await installedVersion(system, 'system')) !== null;
    if (initialised) await assertNoRuns(system);
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

const keysRemoved = (keys: number): string[] => (keys === 0 ? [] : [`${counted(keys, 'key')} of the sync`]);

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
    return keysRemoved(removed);
  } finally {
    redis.disconnect();
  }
}
