import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { DatasetDefinition } from '../../../../shared/definitions/dataset';
import { datasetSchema } from '../../../../shared/definitions/dataset';
import { readTable } from '../../catalog/read-table';
import { parseQualifiedName, quoteIdent, quoteQualified } from '../../connect/identifiers';
import { postgresDatabase } from '../../connect/postgres';
import type { PostgresDatabase } from '../../connect/postgres';
import { takeSnapshot } from '../../connect/snapshot';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { DriverContext, RowError, TargetDriver } from '../../run/driver';
import { appliedTarget, openFence } from '../fence';
import { openPostgresDriver } from './driver';

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

export const appliedDdl = `
CREATE SCHEMA IF NOT EXISTS astro_sync;
CREATE TABLE IF NOT EXISTS astro_sync.applied (dataset text, target text, fence bigint NOT NULL DEFAULT 0, run uuid,
  batch bigint NOT NULL DEFAULT 0, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (dataset, target))`;

/** A dataset over two tables, columns by name, as a small definition would resolve. */
export async function resolvePair(
  source: PostgresDatabase,
  target: PostgresDatabase,
  definition: Partial<DatasetDefinition> & {
    readonly from: string;
    readonly to: string;
    readonly where?: string;
    readonly updateWhere?: string;
  },
): Promise<ResolvedDataset> {
  const { from, to, where, updateWhere, ...rest } = definition;
  const [a, b] = await Promise.all([source.connect('fixture'), target.connect('fixture')]);
  try {
    const sourceTable = await readTable(a, parseQualifiedName(from));
    const targetTable = await readTable(b, parseQualifiedName(to));
    const keyNames = sourceTable.uniqueKeys[0]?.columns ?? [];
    const columns = targetTable.columns.flatMap((column) => {
      const own = sourceTable.columns.find(({ name }) => name === column.name);
      if (own === undefined || column.generated !== 'none') return [];
      return [
        {
          name: column.name,
          expression: `s.${quoteIdent(column.name)}`,
          type: column.type,
          sourceType: own.type,
          isKey: keyNames.includes(column.name),
          masked: rest.mask?.includes(column.name) ?? false,
          reads: [column.name],
        },
      ];
    });
    return {
      definition: datasetSchema.parse({
        name: 'pair',
        source: { database: source.name, table: from },
        target: { database: target.name, table: to },
        ...rest,
      }),
      name: 'pair',
      jobType: 'pair_sync',
      entityType: 'pair',
      source: {
        engine: 'postgres',
        database: source.name,
        table: sourceTable,
        from: `${quoteQualified(sourceTable)} AS s`,
        where: where ?? null,
      },
      target: { engine: 'postgres', database: target.name, table: targetTable, updateWhere: updateWhere ?? null },
      key: keyNames
        .map((name) => columns.find((column) => column.name === name))
        .filter((column) => column !== undefined),
      columns,
      dependencies: [],
      masked: rest.mask ?? [],
      reads: [],
      fingerprint: '',
    };
  } finally {
    await Promise.all([a.end(), b.end()]);
  }
}

/** Runs some steps of a driver over a fresh snapshot and closes everything after. */
export async function withDriver<T>(
  source: PostgresDatabase,
  target: PostgresDatabase,
  dataset: ResolvedDataset,
  work: (driver: TargetDriver, seen: { readonly errors: RowError[] }) => Promise<T>,
  changes: { readonly readOnly?: boolean; readonly rowErrorLimit?: number; readonly signal?: AbortSignal } = {},
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
          },
    source: { database: source, snapshot },
    target,
    signal: changes.signal ?? new AbortController().signal,
    time: (_phase, run) => run(),
    progress: { total: () => undefined, advance: () => undefined },
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
