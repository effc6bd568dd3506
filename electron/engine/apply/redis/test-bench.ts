import { Redis } from 'ioredis';
import type { Client } from 'pg';
import { datasetSchema } from '../../../../shared/definitions/dataset';
import { environmentSchema } from '../../../../shared/definitions/environment';
import { openEnvironment } from '../../connect/environment';
import type { PostgresDatabase } from '../../connect/postgres';
import type { RedisDatabase } from '../../connect/redis';
import { takeSnapshot } from '../../connect/snapshot';
import { resolveDatasets } from '../../dataset/resolve';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { DriverContext, EntityKey, EntityResult, RowError, TargetDriver, Verification } from '../../run/driver';
import { openRedisFence } from './fence';
import { openRedisDriver } from './redis-driver';

/** Real servers and a dataset between them, for the tests of this folder. */
export interface TestBench {
  readonly postgres: PostgresDatabase;
  readonly redis: RedisDatabase;
  /** A connection for looking at what was written. */
  readonly reader: Redis;
  /** A connection for changing the source. */
  readonly writer: Client;
  readonly rowErrors: RowError[];
  readonly logs: string[];
  dataset(definition: unknown): Promise<ResolvedDataset>;
  /** Opens a driver in a snapshot of now, hands it over, closes both. */
  drive<T>(dataset: ResolvedDataset, work: (driver: TargetDriver) => Promise<T>, options?: DriveOptions): Promise<T>;
  /** Full run without guards: upserts, set aside, deletes, verification. */
  full(dataset: ResolvedDataset): Promise<FullOutcome>;
  /** Incremental run of these keys, likewise. */
  keys(dataset: ResolvedDataset, keys: readonly EntityKey[]): Promise<KeysOutcome>;
  close(): Promise<void>;
}

export interface DriveOptions {
  readonly write?: boolean;
  readonly signal?: AbortSignal;
  readonly rowErrorLimit?: number;
}

export interface FullOutcome {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly verification: Verification;
}

export interface KeysOutcome {
  readonly results: readonly EntityResult[];
  readonly deleted: number;
  readonly verification: Verification;
}

/** Connects to a PostgreSQL database and a Redis by their addresses. */
export async function openTestBench(postgresUrl: string, redisUrl: string): Promise<TestBench> {
  const environment = await openEnvironment(
    environmentSchema.parse({
      name: 'test',
      level: 'development',
      databases: {
        operations: { engine: 'postgres', url: postgresUrl },
        cache: { engine: 'redis', url: redisUrl },
      },
      system: 'operations',
    }),
    { folder: '.' },
  );
  const postgres = environment.postgres('operations');
  const redis = environment.redis('cache');
  const reader = new Redis(redisUrl, { lazyConnect: true });
  reader.on('error', () => undefined);
  const writer = await postgres.connect('test');
  await writer.query('SET search_path = public');
  const rowErrors: RowError[] = [];
  const logs: string[] = [];

  const drive: TestBench['drive'] = async (dataset, work, options = {}) => {
    const snapshot = await takeSnapshot(postgres);
    const opener = await redis.connect('fence');
    const runId = '00000000-0000-0000-0000-000000000001';
    const fence = options.write === false ? '0' : await openRedisFence(opener, dataset.name, 'target', runId);
    opener.disconnect();
    const context: DriverContext = {
      dataset,
      write:
        options.write === false
          ? null
          : {
              runId,
              operator: 'tester',
              fence,
              rowErrorLimit: options.rowErrorLimit ?? 1_000,
              onRowError: (error) => rowErrors.push(error),
              others: [],
              onWarning: () => undefined,
            },
      source: { database: postgres, snapshot },
      target: redis,
      signal: options.signal ?? new AbortController().signal,
      time: (_, step) => step(),
      progress: { left: () => undefined, advance: () => undefined },
      log: (_, message) => logs.push(message),
    };
    const driver = await openRedisDriver(context);
    try {
      return await work(driver);
    } finally {
      await driver.close();
      await snapshot.close();
    }
  };

  return {
    postgres,
    redis,
    reader,
    writer,
    rowErrors,
    logs,
    drive,
    async dataset(definition) {
      const { resolved, problems } = await resolveDatasets(environment, [datasetSchema.parse(definition)]);
      if (resolved[0] === undefined) throw problems[0]?.error ?? new Error('nothing was resolved');
      return resolved[0];
    },
    full: (dataset) =>
      drive(dataset, async (driver) => {
        const upserted = await driver.upsertAll();
        const aside = await driver.retrySetAside();
        await driver.pendingDeletes();
        const deleted = await driver.applyDeletes();
        const failed = new Set(rowErrors.map((error) => JSON.stringify(Object.values(error.key))));
        const verification = await driver.verifyAll((key) => failed.has(JSON.stringify(key)));
        return {
          inserted: upserted.inserted + aside.tally.inserted,
          updated: upserted.updated + aside.tally.updated,
          deleted: deleted.tally.deleted,
          unchanged: upserted.unchanged + aside.tally.unchanged,
          skipped: upserted.skipped,
          failed: upserted.failed + aside.tally.failed,
          verification,
        };
      }),
    keys: (dataset, keys) =>
      drive(dataset, async (driver) => {
        const results = await driver.upsertKeys(keys);
        await driver.retrySetAside();
        const { tally } = await driver.applyDeletes();
        const failed = new Set(rowErrors.map((error) => JSON.stringify(Object.values(error.key))));
        const verification = await driver.verifyKeys(keys, (key) => failed.has(JSON.stringify(key)));
        return { results, deleted: tally.deleted, verification };
      }),
    async close() {
      reader.disconnect();
      await writer.end();
      await environment.close();
    },
  };
}
