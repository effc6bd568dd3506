import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Client } from 'pg';
import type { DatasetDefinition, SourceDefinition } from '../../../../shared/definitions/dataset';
import { datasetSchema } from '../../../../shared/definitions/dataset';
import { createTestDatabase } from '../../../sandbox/servers/test-databases';
import type { Environment } from '../../connect/environment';
import { postgresDatabase } from '../../connect/postgres';
import type { PostgresDatabase } from '../../connect/postgres';
import type { RedisDatabase } from '../../connect/redis';
import { takeSnapshot } from '../../connect/snapshot';
import { resolveDatasets } from '../../dataset/resolve';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { DriverContext, RowError, TargetDriver } from '../../run/driver';
import { appliedTarget, openFence } from '../fence';
import { openPostgresDriver } from './driver';

/** Two databases on real servers, and what a test does with them. */
export interface Pair {
  readonly source: PostgresDatabase;
  readonly target: PostgresDatabase;
  /** A superuser's connection to the source. */
  readonly a: pg.Client;
  /** A superuser's connection to the target. */
  readonly b: pg.Client;
  /** The same statements on both sides. */
  both(sql: string): Promise<void>;
  dataset(definition: PairDefinition): Promise<ResolvedDataset>;
  /** A dataset whose source is a query. */
  query(query: string, definition: Omit<PairDefinition, 'from'>): Promise<ResolvedDataset>;
  /** One run of a driver over a fresh snapshot. */
  run<T>(
    dataset: ResolvedDataset,
    work: (driver: TargetDriver, seen: Seen) => Promise<T>,
    options?: RunOptions,
  ): Promise<T>;
  /** The same two databases for another role. */
  as(user: string, password: string): Promise<Pick<Pair, 'run' | 'close'>>;
  close(): Promise<void>;
}

/** Makes two databases, the target with its `astro_sync.applied`. */
export async function openPair(sourceVersion: 14 | 18 = 18, targetVersion: 14 | 18 = 14): Promise<Pair> {
  const databases = await Promise.all([createTestDatabase(sourceVersion), createTestDatabase(targetVersion)]);
  const [a, b] = await Promise.all([databases[0].client(), databases[1].client()]);
  const source = databaseOf('operations', databases[0].url);
  const target = databaseOf('system', databases[1].url);
  await b.query(appliedDdl);
  return {
    source,
    target,
    a,
    b,
    async both(sql) {
      await a.query(sql);
      await b.query(sql);
    },
    dataset: (definition) => resolvePair(source, target, definition),
    query: (query, definition) => resolvePair(source, target, { ...definition, from: query }),
    run: (dataset, work, options) => withDriver(source, target, dataset, work, options),
    as(user, password) {
      const own = [
        databaseOf('operations', databases[0].urlAs(user, password)),
        databaseOf('system', databases[1].urlAs(user, password)),
      ] as const;
      return Promise.resolve({
        run: (dataset, work, options) => withDriver(...own, dataset, work, options),
        close: async () => {
          await Promise.all(own.map((database) => database.close()));
        },
      });
    },
    async close() {
      await source.close();
      await target.close();
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
}

/** Opens a database of a test by its url. */
export function databaseOf(name: string, url: string): PostgresDatabase {
  const { hostname, port, pathname, username, password } = new URL(url);
  return postgresDatabase({
    name,
    host: hostname,
    port: Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    password: password === '' ? null : decodeURIComponent(password),
    tls: null,
    connectTimeoutMs: 10_000,
  });
}

const appliedDdl = `
CREATE SCHEMA IF NOT EXISTS astro_sync;
CREATE TABLE IF NOT EXISTS astro_sync.applied (dataset text, target text, fence bigint NOT NULL DEFAULT 0, run uuid,
  batch bigint NOT NULL DEFAULT 0, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (dataset, target))`;

/** What a test says of its dataset; the rest is as a definition without it. */
export type PairDefinition = Partial<Omit<DatasetDefinition, 'source' | 'target'>> & {
  readonly from: string;
  readonly to: string;
  readonly columns?: SourceDefinition['columns'];
  readonly key?: string[];
  readonly where?: string;
  readonly updateWhere?: string;
};

/** Resolves a dataset from one table to another. */
async function resolvePair(
  source: PostgresDatabase,
  target: PostgresDatabase,
  definition: PairDefinition,
): Promise<ResolvedDataset> {
  const { from, to, columns, key, where, updateWhere, ...rest } = definition;
  const plain = datasetSchema.parse({
    name: 'pair',
    source: {
      database: source.name,
      ...(from.startsWith('SELECT ') ? { query: from } : { table: from }),
      columns,
      key,
      where,
    },
    target: { database: target.name, table: to, update_where: updateWhere },
    ...rest,
  });
  const { resolved, problems } = await resolveDatasets(environmentOf([source, target]), [plain]);
  const [problem] = problems;
  if (problem !== undefined) throw problem.error;
  const [dataset] = resolved;
  if (dataset === undefined) throw new Error('nothing was resolved');
  return dataset;
}

/** An environment of databases that a test has opened. */
export function environmentOf(databases: readonly (PostgresDatabase | RedisDatabase)[]): Environment {
  const find = (name: string): PostgresDatabase | RedisDatabase => {
    const found = databases.find((database) => database.name === name);
    if (found === undefined) throw new Error(`no database ${name}`);
    return found;
  };
  return {
    name: 'test',
    level: 'development',
    readOnly: false,
    definition: { name: 'test', level: 'development', read_only: false, databases: {}, system: '' },
    names: databases.map(({ name }) => name),
    system: databases[0] as PostgresDatabase,
    postgres: (name) => find(name) as PostgresDatabase,
    redis: (name) => find(name) as RedisDatabase,
    database: find,
    forgetRefusals: () => undefined,
    dropKept: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** What a run told. */
export interface Seen {
  readonly errors: RowError[];
}

export interface RunOptions {
  readonly readOnly?: boolean;
  readonly rowErrorLimit?: number;
  readonly signal?: AbortSignal;
}

/** Runs some steps of a driver over a fresh snapshot and closes everything after. */
export async function withDriver<T>(
  source: PostgresDatabase,
  target: PostgresDatabase,
  dataset: ResolvedDataset,
  work: (driver: TargetDriver, seen: Seen) => Promise<T>,
  changes: RunOptions = {},
): Promise<T> {
  const snapshot = await takeSnapshot(source);
  const errors: RowError[] = [];
  const runId = randomUUID();
  const context: DriverContext = {
    dataset,
    write:
      changes.readOnly === true
        ? null
        : {
            runId,
            operator: 'tester',
            fence: await takeFence(target, dataset, runId),
            rowErrorLimit: changes.rowErrorLimit ?? 100,
            onRowError: (error) => errors.push(error),
            others: [],
            onWarning: () => undefined,
          },
    source: { database: source, snapshot },
    target,
    signal: changes.signal ?? new AbortController().signal,
    time: (_phase, run) => run(),
    progress: { left: () => undefined, advance: () => undefined },
    log: () => undefined,
  };
  const driver = await openPostgresDriver(context);
  try {
    return await work(driver, { errors });
  } finally {
    await driver.close();
    await snapshot.close();
  }
}

async function takeFence(target: PostgresDatabase, dataset: ResolvedDataset, runId: string): Promise<string> {
  const client: Client = await target.connect('fence');
  try {
    return await openFence(client, dataset.name, appliedTarget(dataset), runId);
  } finally {
    await client.end();
  }
}
