import type { Client } from 'pg';
import type { InitReport } from '../../../shared/engine/reports';
import { installCapture } from '../capture/install';
import { installTarget } from '../capture/target';
import type { ResolvedDataset } from '../dataset/resolved';
import { assertMayWrite } from '../run/guards';
import { guardedDatabase, installedCapture } from '../run/stage-sources';
import { installRedis } from '../stream/redis-identity';
import { ensureGroup } from '../stream/consumer-group';
import { requireStream } from '../stream/require-stream';
import { writeAudit } from '../system/audit';
import { migrateSystem, systemId } from '../system/schema';
import type { Selection } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { prepareDatasets } from './prepare';

export interface InitRequest extends Selection {
  readonly takeOver?: boolean;
  readonly confirm?: string;
}

/**
 * Installs what the chosen datasets need: the schema in SystemDB, capture in their sources and guarded targets, `applied` in their targets. Repeating
 * it changes nothing; two at once wait for each other.
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, the first problem of a definition (nothing is installed then), and what
 *   installing throws
 */
export async function init(context: EngineContext, request: InitRequest): Promise<InitReport> {
  const { environment } = context;
  assertMayWrite(environment, request.confirm);
  const prepared = await prepareDatasets(context, request.datasets);
  const [problem] = prepared.problems.values();
  if (problem !== undefined) throw problem;
  const warnings = prepared.warnings.map(({ dataset, text }) => (dataset === null ? text : `${dataset}: ${text}`));
  return withSystem(context, 'init', async (system) => {
    const report = new Map<string, string[]>([[environment.system.name, []]]);
    const did = (database: string, done: readonly string[]): void => {
      report.set(database, [...(report.get(database) ?? []), ...done]);
    };
    const installed = await migrateSystem(system);
    did(environment.system.name, installed.done);
    warnings.push(...installed.missing.map((sql) => `${environment.system.name}: an administrator should run ${sql}`));
    const reader = await systemId(system);
    for (const name of await capturedDatabases(context, prepared.resolved)) {
      await withClient(context, name, async (client) => {
        const { done, missing } = await installCapture(client, {
          databaseName: name,
          environmentName: environment.name,
          datasets: prepared.resolved,
          systemId: reader,
          takeOver: request.takeOver ?? false,
        });
        did(name, done);
        warnings.push(...missing.map((sql) => `${name}: an administrator should run ${sql}`));
      });
    }
    for (const name of databasesOf(prepared.resolved, 'target', 'postgres')) {
      await withClient(context, name, async (client) => {
        const { done, missing } = await installTarget(client);
        did(name, done);
        warnings.push(...missing.map((sql) => `${name}: an administrator should run ${sql}`));
      });
    }
    for (const name of redisDatabasesOf(prepared.resolved))
      did(name, await installOneRedis(context, name, prepared.resolved));
    await writeAudit(system, {
      ...context.caller,
      environment: environment.name,
      command: 'init',
      details: { datasets: prepared.names, take_over: request.takeOver ?? false },
      runId: null,
      outcome: 'done',
      error: null,
    });
    return {
      databases: [...report].map(([name, done]) => ({ name, label: environment.database(name).label, done })),
      datasets: [...prepared.names],
      warnings: [...new Set(warnings)],
    };
  });
}

async function installOneRedis(
  context: EngineContext,
  name: string,
  datasets: readonly ResolvedDataset[],
): Promise<string[]> {
  const database = context.environment.redis(name);
  const redis = await database.connect('init');
  try {
    const done = [`identity: ${await installRedis(redis, database)}`];
    for (const { source } of datasets) {
      if (source.engine !== 'redis' || source.database !== name) continue;
      await requireStream(redis, database, source.stream);
      const { created } = await ensureGroup(redis, source.stream);
      if (created) done.push(`consumer group of ${source.stream}`);
    }
    return done;
  } finally {
    redis.disconnect();
  }
}

/** Runs work on a connection of its own to a PostgreSQL database of the environment. */
export async function withClient<T>(
  context: EngineContext,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await context.environment.postgres(database).connect('control');
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The databases where something is to be captured for these datasets, or is, though their target is not guarded any more. */
async function capturedDatabases(context: EngineContext, datasets: readonly ResolvedDataset[]): Promise<string[]> {
  const wanted = new Set(databasesOf(datasets, 'source', 'postgres'));
  for (const name of datasets.map(guardedDatabase)) if (name !== null) wanted.add(name);
  for (const name of databasesOf(datasets, 'target', 'postgres')) {
    if (wanted.has(name)) continue;
    const { subscriptions } = await installedCapture(context.environment.postgres(name));
    const own = (dataset: string): boolean => datasets.some((each) => each.name === dataset);
    if (subscriptions.some(({ role, dataset }) => role === 'target' && own(dataset))) wanted.add(name);
  }
  return [...wanted];
}

/** The databases on one side of these datasets, each once. */
export function databasesOf(
  datasets: readonly ResolvedDataset[],
  side: 'source' | 'target',
  engine: 'postgres' | 'redis',
): string[] {
  return [...new Set(datasets.filter((d) => d[side].engine === engine).map((d) => d[side].database))];
}

/** The Redis databases on either side of these datasets, each once. */
function redisDatabasesOf(datasets: readonly ResolvedDataset[]): string[] {
  return [...new Set([...databasesOf(datasets, 'source', 'redis'), ...databasesOf(datasets, 'target', 'redis')])];
}
