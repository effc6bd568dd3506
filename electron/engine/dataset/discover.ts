import type { Client } from 'pg';
import { isAssignable, readAssignmentCasts } from '../catalog/assignment';
import type { AssignmentCasts } from '../catalog/assignment';
import { listTables, readTable } from '../catalog/read-table';
import type { Column, Table } from '../catalog/table';
import type { Environment } from '../connect/environment';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import { nearNames } from '../connect/near-names';
import { SyncError } from '../errors';
import { looksLikeCredential } from './credentials';
import { writeDefinitions } from './write-definitions';
import type { DiscoveredDataset } from './write-definitions';

export interface DiscoverRequest {
  /** The environment's names of two PostgreSQL databases. */
  readonly source: string;
  readonly target: string;
  /** Only tables of this schema. */
  readonly schema?: string;
}

/**
 * Writes dataset definitions for the tables that two databases have in common: same schema and name, or the same name in a schema
 * of its own. Parents come before children by the target's foreign keys. What is left out stands there as a comment, with the reason.
 * @returns YAML that loadDatasets reads; comments alone where nothing is in common
 * @throws SyncError DATASET_INVALID for a database that is not in the environment, CONNECT_FAILED, SAME_SOURCE_AND_TARGET where both
 *   names are of one database
 */
export async function discoverDatasets(environment: Environment, request: DiscoverRequest): Promise<string> {
  const from = await environment.postgres(request.source).connect('discover');
  try {
    const to = await environment.postgres(request.target).connect('discover');
    try {
      await refuseOneDatabase(request, from, to);
      const wanted = (table: Table): boolean => request.schema === undefined || table.schema === request.schema;
      const sources = (await readTables(from)).filter(wanted);
      const targets = await readTables(to);
      const casts = await readAssignmentCasts(to);
      const found: DiscoveredDataset[] = [];
      const leftOut: string[] = [];
      for (const source of sources) {
        const target = counterpart(source, targets, sources);
        if (target === null) leftOut.push(withoutCounterpart(source, targets));
        else {
          const dataset = propose(source, target, casts);
          if (typeof dataset === 'string') leftOut.push(dataset);
          else found.push(dataset);
        }
      }
      return writeDefinitions(request, parentsFirst(found), leftOut);
    } finally {
      await to.end();
    }
  } finally {
    await from.end();
  }
}

/** Two names of one database are one database. */
async function refuseOneDatabase({ source, target }: DiscoverRequest, from: Client, to: Client): Promise<void> {
  if (identityText(await postgresIdentity(from)) !== identityText(await postgresIdentity(to))) return;
  throw new SyncError(
    'SAME_SOURCE_AND_TARGET',
    source === target
      ? `"${source}" is named as source and as target`
      : `"${source}" and "${target}" are the same database: each table would be kept in line with itself`,
    { hint: 'Name two databases of the environment.', details: { source, target } },
  );
}

async function readTables(client: Client): Promise<Table[]> {
  const tables: Table[] = [];
  for (const name of await listTables(client)) tables.push(await readTable(client, name));
  return tables;
}

function counterpart(source: Table, targets: readonly Table[], sources: readonly Table[]): Table | null {
  const same = targets.find((table) => table.schema === source.schema && table.name === source.name);
  if (same !== undefined) return same;
  const named = targets.filter((table) => table.name === source.name);
  const [only, more] = named;
  const contested = sources.filter((table) => table.name === source.name).length > 1;
  return only === undefined || more !== undefined || contested ? null : only;
}

function withoutCounterpart(source: Table, targets: readonly Table[]): string {
  const near = nearNames(
    source.name,
    targets.map((table) => table.name),
  );
  const advice = near.length === 0 ? '' : `; ${near.join(' or ')} may be meant`;
  return `${nameOf(source)}: the target has no one table of that name${advice}`;
}

/** A definition for this pair, or why there is none. */
function propose(source: Table, target: Table, casts: AssignmentCasts): DiscoveredDataset | string {
  const notNull = (name: string): boolean => source.columns.some((column) => column.name === name && column.notNull);
  const key =
    source.uniqueKeys.find((unique) => unique.primary) ??
    source.uniqueKeys.find((unique) => unique.columns.every(notNull));
  if (key === undefined) return `${nameOf(source)}: it has no primary key and no unique key over NOT NULL columns`;
  if (!target.uniqueKeys.some((unique) => unique.columns.every((name) => key.columns.includes(name)))) {
    return `${nameOf(source)}: the target has no unique key over ${key.columns.join(', ')}`;
  }
  const judged = source.columns.map((column) => ({ column, why: judge(column, target, casts) }));
  const columns = judged.filter(({ why }) => why === null).map(({ column }) => column.name);
  const left = judged.filter(({ why }) => why !== null && why !== byItself);
  const remarks = left.map(({ column, why }) => `left out: ${column.name}, ${why ?? ''}`);
  // Without a list, generated columns are left out by themselves; credentials too, but with a warning at every command.
  const explicit = left.length > 0;
  const lost = key.columns.find((name) => !columns.includes(name));
  if (lost !== undefined) return `${nameOf(source)}: its key column ${lost} cannot be kept in the target`;
  const unfilled = target.columns.filter(
    (column) =>
      column.notNull &&
      !column.hasDefault &&
      column.generated === 'none' &&
      column.identity === 'none' &&
      !columns.includes(column.name),
  );
  if (unfilled.length > 0) {
    remarks.push(
      `updates only: nothing fills ${unfilled.map((column) => column.name).join(', ')} of the target, NOT NULL without a default`,
    );
  }
  const named = new Set(left.map(({ column }) => column.name));
  const extra = target.columns.filter(
    (column) =>
      column.generated === 'none' &&
      !columns.includes(column.name) &&
      !unfilled.includes(column) &&
      !named.has(column.name),
  );
  if (extra.length > 0)
    remarks.push(`left as they are in the target: ${extra.map((column) => column.name).join(', ')}`);
  return { source, target, columns: explicit ? columns : null, updateOnly: unfilled.length > 0, remarks };
}

const byItself = 'the target generates it';

/** Why a source column cannot be kept in the target; null where it can. */
function judge(column: Column, target: Table, casts: AssignmentCasts): string | null {
  const to = target.columns.find((other) => other.name === column.name);
  if (to === undefined) return 'the target has no such column';
  if (to.generated !== 'none') return byItself;
  if (looksLikeCredential(column.name)) return 'it looks like a credential';
  if (isAssignable(column.type, to.type, casts)) return null;
  return `it is ${column.type.sql} here and ${to.type.sql} in the target`;
}

/** Depth-first by the target's foreign keys; a circle is cut where it is met. */
function parentsFirst(datasets: readonly DiscoveredDataset[]): DiscoveredDataset[] {
  const order = new Set<DiscoveredDataset>();
  const open = new Set<DiscoveredDataset>();
  const visit = (dataset: DiscoveredDataset): void => {
    if (order.has(dataset) || open.has(dataset)) return;
    open.add(dataset);
    for (const { references } of dataset.target.foreignKeys) {
      const parent = datasets.find(
        ({ target }) => target.schema === references.schema && target.name === references.name,
      );
      if (parent !== undefined) visit(parent);
    }
    order.add(dataset);
  };
  datasets.forEach(visit);
  return [...order];
}

function nameOf(table: Table): string {
  return `${table.schema}.${table.name}`;
}
