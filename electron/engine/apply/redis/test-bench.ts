import { Redis } from 'ioredis';
import type { Client } from 'pg';
import { datasetSchema } from '../../../../shared/definitions/dataset';
import { readTable } from '../../catalog/read-table';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { postgresDatabase } from '../../connect/postgres';
import type { PostgresDatabase } from '../../connect/postgres';
import { redisDatabase } from '../../connect/redis';
import type { RedisDatabase } from '../../connect/redis';
import { takeSnapshot } from '../../connect/snapshot';
import type { ProjectedColumn, RedisIndex, ResolvedDataset } from '../../dataset/resolved';
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
  const [pgUrl, cacheUrl] = [new URL(postgresUrl), new URL(redisUrl)];
  const postgres = postgresDatabase({
    name: 'operations',
    host: pgUrl.hostname,
    port: Number(pgUrl.port),
    database: decodeURIComponent(pgUrl.pathname.slice(1)),
    user: decodeURIComponent(pgUrl.username),
    password: decodeURIComponent(pgUrl.password),
    tls: null,
    connectTimeoutMs: 10_000,
  });
  const redis = redisDatabase({
    name: 'cache',
    host: cacheUrl.hostname,
    port: Number(cacheUrl.port),
    db: Number(cacheUrl.pathname.slice(1) || '0'),
    username: null,
    password: null,
    tls: null,
    connectTimeoutMs: 10_000,
    allowEviction: false,
  });
  const reader = new Redis(redisUrl, { lazyConnect: true });
  reader.on('error', () => undefined);
  const writer = await postgres.connect('test');
  const catalog = await postgres.connect('catalog');
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
            },
      source: { database: postgres, snapshot },
      target: redis,
      signal: options.signal ?? new AbortController().signal,
      time: (_, step) => step(),
      progress: { total: () => undefined, advance: () => undefined },
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
    dataset: async (definition) => resolveForTest(catalog, definition),
    full: (dataset) =>
      drive(dataset, async (driver) => {
        const upserted = await driver.upsertAll();
        const aside = await driver.retrySetAside();
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
      await catalog.end();
      await postgres.close();
      await redis.close();
    },
  };
}

async function resolveForTest(client: Client, input: unknown): Promise<ResolvedDataset> {
  const definition = datasetSchema.parse(input);
  const { source, target } = definition;
  if (!('table' in source) || 'table' in target) throw new TypeError('tests resolve tables to Redis');
  const table = await readTable(client, { schema: 'public', name: source.table });
  const keyNames = source.key ?? table.uniqueKeys[0]?.columns ?? [];
  const wanted = Array.isArray(source.columns) ? source.columns : table.columns.map(({ name }) => name);
  const columns = wanted.map((name): ProjectedColumn => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new TypeError(`no column ${name}`);
    return {
      name,
      expression: `s.${quoteIdent(name)}`,
      type: column.type,
      sourceType: column.type,
      isKey: keyNames.includes(name),
      masked: definition.mask?.includes(name) ?? false,
      reads: [name],
    };
  });
  const isTime = (name: string): boolean =>
    ['date', 'timestamp', 'timestamptz'].includes(columns.find((column) => column.name === name)?.type.base ?? '');
  const indexes = (target.indexes ?? []).map((index): RedisIndex => {
    if ('set' in index) return { kind: 'set', template: index.set, member: index.member, score: null };
    if ('string' in index) return { kind: 'string', template: index.string, member: index.value, score: null };
    const score = { column: index.score, epoch: isTime(index.score) };
    return { kind: 'zset', template: index.zset, member: index.member, score };
  });
  const shape =
    'hash' in target
      ? { kind: 'hash' as const, template: target.hash, value: null }
      : 'json' in target
        ? { kind: 'json' as const, template: target.json, value: null }
        : { kind: 'string' as const, template: target.string, value: target.value };
  return {
    definition,
    name: definition.name,
    jobType: `${definition.name}_sync`,
    entityType: definition.name,
    source: {
      engine: 'postgres',
      database: source.database,
      table,
      from: `${quoteQualified(table)} AS s`,
      where: source.where ?? null,
    },
    target: {
      engine: 'redis',
      database: target.database,
      ...shape,
      indexes,
      ttl: target.ttl ?? null,
      adopt: target.adopt ?? false,
    },
    key: columns.filter(({ isKey }) => isKey),
    columns,
    dependencies: [],
    masked: definition.mask ?? [],
    reads: columns.map(({ name }) => name),
    fingerprint: 'test',
  };
}
