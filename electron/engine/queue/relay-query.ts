import { quoteLiteral } from '../connect/identifiers';
import { notRelayed } from '../capture/not-relayed';
import type { Subscription } from '../capture/subscriptions';
import { commaJoined, keptColumns, position, recorded, viaJson } from './recorded-row';

/** A version of what was recorded of a table: change_log.table_id names it. */
export interface TableVersion {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly types: readonly string[];
}

/** Columns of the rows that the queries below give, in the order in which they are copied into the queue. */
export const jobColumns = [
  'job_type',
  'entity_type',
  'entity_id',
  'entity_key',
  'status',
  'created_at',
  'executed_at',
  'data',
  'dataset',
  'capture_id',
  'change_id',
  'gap',
  'note',
] as const;

export interface RelayScope {
  readonly captureId: string;
  readonly databaseName: string;
  /** The snapshot up to which everything has been relayed, as pg_current_snapshot()::text; null at first. */
  readonly relayed: string | null;
}

/**
 * One query that turns every change visible in this snapshot and not in the one relayed before into job rows, for all
 * subscriptions. The values are text ready for COPY.
 */
export function relayQuery(
  scope: RelayScope,
  versions: readonly TableVersion[],
  subscriptions: readonly Subscription[],
): string | null {
  const selects = subscriptions.flatMap((subscription) => {
    const own = versions.filter((v) => v.schema === subscription.table.schema && v.name === subscription.table.name);
    return [
      ...own
        .filter((version) => hasColumns(version, subscription))
        .map((version) => changeJobs(scope, version, subscription, keptColumns(version, subscriptions))),
      gapJobs(scope, own, subscription),
    ];
  });
  if (selects.length === 0) return null;
  const select = jobColumns.map((_, i) => `j${String(i)}`);
  return `WITH c AS MATERIALIZED (
  SELECT id, table_id, op, CASE WHEN op = 'U' THEN coalesce(old, new) ELSE old END AS old, new, at, origin[5] AS run, ${originJson(scope.databaseName)} AS origin
  FROM astro_sync.change_log
  WHERE ${notRelayed(scope.relayed)}
)
SELECT ${select.join(', ')} FROM (
${selects.join('\nUNION ALL\n')}
) AS jobs(${select.join(', ')}, changed_at, change) ORDER BY changed_at, change`;
}

function hasColumns(version: TableVersion, subscription: Subscription): boolean {
  return subscription.keyColumns.every((name) => version.columns.includes(name));
}

function originJson(database: string): string {
  const field = (name: string, sql: string): string => `'"${name}":' || coalesce(to_json(${sql})::text, 'null')`;
  return [
    `'{"database":' || ${quoteLiteral(JSON.stringify(database))}`,
    field('application', 'origin[1]'),
    field('actor', 'origin[2]'),
    field('session_user', 'origin[3]'),
    field('client', 'origin[4]'),
    field('transaction', 'xid::text'),
    field('at', 'at'),
    `${field('run', 'origin[5]')} || '}'`,
  ].join(` || ',' || `);
}

/** The JSON text of a key: {"id": "1"}. */
function keyJson(names: readonly string[], values: readonly string[]): string {
  const members = names.map(
    (name, i) => `${quoteLiteral(`${JSON.stringify(name)}:`)} || to_json(${values[i] ?? 'NULL::text'})::text`,
  );
  return `'{' || ${members.join(` || ',' || `)} || '}'`;
}

/** True where an update changed something that the dataset reads; true as well where that cannot be told. */
function concerns(version: TableVersion, subscription: Subscription): string {
  const { watchedColumns } = subscription;
  if (subscription.role === 'dependency' || watchedColumns === null) return 'true';
  if (!watchedColumns.every((name) => version.columns.includes(name))) return 'true';
  const count = String(version.columns.length);
  const changed = watchedColumns.map(
    (name) => `c.old[${position(version, name)}] IS DISTINCT FROM c.new[${position(version, name)}]`,
  );
  return `(c.op <> 'U' OR cardinality(c.old) < ${count} OR cardinality(c.new) < ${count} OR ${changed.join(' OR ')})`;
}

/** JSON text of the values before or after; of an update only those that changed. NULL where values were not recorded. */
function valuesJson(version: TableVersion, subscription: Subscription, side: 'old' | 'new'): string {
  const names = subscription.valueColumns.filter((name) => version.columns.includes(name));
  if (names.length === 0) return 'NULL';
  const members = names.map((name) => {
    const at = position(version, name);
    return `CASE WHEN c.op <> 'U' OR c.old[${at}] IS DISTINCT FROM c.new[${at}]
        THEN ${quoteLiteral(`${JSON.stringify(name)}:`)} || coalesce(to_json(${recorded(version, side, name)})::text, 'null') END`;
  });
  return `CASE WHEN cardinality(c.${side}) = ${String(version.columns.length)} THEN '{' || ${commaJoined(members)} || '}' END`;
}

const operationOf = (letter: string): string =>
  `CASE ${letter} WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update' ELSE 'delete' END`;

/** Jobs of ordinary changes; a changed key is a delete of one entity and an insert of another. */
function changeJobs(
  scope: RelayScope,
  version: TableVersion,
  subscription: Subscription,
  kept: readonly string[],
): string {
  const keys =
    subscription.keysSql === null
      ? directKeys(version, subscription)
      : mappedKeys(version, subscription, subscription.keysSql, kept);
  const values = subscription.keyNames.map((_, i) => `c.k[${String(i + 1)}]`);
  // Whatever happened to a row of another table, this entity is only computed anew.
  const operation = subscription.role === 'dependency' ? `'update'` : operationOf('c.meaning');
  const data = `'{"operation":"' || ${operation} || '","before":' || coalesce(CASE WHEN c.meaning <> 'I' THEN ${valuesJson(version, subscription, 'old')} END, 'null')
      || ',"after":' || coalesce(CASE WHEN c.meaning <> 'D' THEN ${valuesJson(version, subscription, 'new')} END, 'null') || ',"origin":' || c.origin || ${viaJson(version, kept, subscription.keysSql === null ? 'true' : 'c.alone')} || '}'`;
  // What a run wrote into a guarded target is known to the run already.
  const own = subscription.role === 'target' ? 'c.run IS NOT NULL' : 'false';
  const note =
    subscription.role === 'dependency'
      ? `${quoteLiteral(`caused by ${version.schema}.${version.name}: `)} || ${operationOf('c.op')}`
      : subscription.role === 'target'
        ? `CASE WHEN ${own} THEN 'written by the sync' ELSE 'the target was changed' END`
        : 'NULL';
  return `SELECT ${quoteLiteral(subscription.jobType)}, ${quoteLiteral(subscription.entityType)},
    ${subscription.integerKey ? 'c.k[1]' : 'NULL'}, ${keyJson(subscription.keyNames, values)},
    CASE WHEN ${own} THEN 'skipped' ELSE 'pending' END, now(), CASE WHEN ${own} THEN now() END,
    ${data}, ${quoteLiteral(subscription.dataset)}, ${quoteLiteral(scope.captureId)},
    c.id::text || CASE WHEN c.meaning = 'D' THEN ':old' ELSE '' END, false, ${note}, c.at, c.id
  FROM (${keys}) c`;
}

/** The key's columns are columns of the changed table. */
function directKeys(version: TableVersion, subscription: Subscription): string {
  const of = (side: 'old' | 'new'): string =>
    `ARRAY[${subscription.keyColumns.map((name) => recorded(version, side, name)).join(', ')}]`;
  const id = String(version.id);
  const noNull = subscription.keyColumns.map((_, i) => `k[${String(i + 1)}] IS NOT NULL`).join(' AND ');
  const moved = `c.op = 'U' AND ${of('old')} IS DISTINCT FROM ${of('new')}`;
  return `SELECT * FROM (
      SELECT c.*, CASE WHEN c.op = 'D' THEN ${of('old')} ELSE ${of('new')} END AS k, CASE WHEN ${moved} THEN 'I' ELSE c.op END AS meaning
      FROM c WHERE c.table_id = ${id} AND c.op IN ('I', 'U', 'D') AND ${concerns(version, subscription)}
      UNION ALL
      SELECT c.*, ${of('old')} AS k, 'D' AS meaning FROM c WHERE c.table_id = ${id} AND ${moved}
    ) direct WHERE ${noNull}`;
}

/**
 * The dataset's own SQL maps old and new values of the changed table to keys; it runs once per distinct combination of values. Where
 * several rows of a statement map to a key, they make one job.
 */
function mappedKeys(
  version: TableVersion,
  subscription: Subscription,
  keysSql: string,
  kept: readonly string[],
): string {
  const of = (side: 'old' | 'new'): string =>
    `ARRAY[${subscription.keyColumns.map((name) => recorded(version, side, name)).join(', ')}]`;
  const id = String(version.id);
  const names = subscription.keyNames.map((_, i) => `k${String(i + 1)}`);
  const mapped = replaceKeyArrays(keysSql, (column) => {
    const i = subscription.keyColumns.indexOf(column);
    return `(ARRAY[m.v[${String(i + 1)}]])::${version.types[version.columns.indexOf(column)] ?? 'text'}[]`;
  });
  const row = (side: 'old' | 'new'): string => `ARRAY[${kept.map((name) => recorded(version, side, name)).join(', ')}]`;
  return `SELECT DISTINCT ON (c.id, mk.k) c.*, mk.k, c.op AS meaning, min(c.row_written) OVER same = max(c.row_written) OVER same AS alone
      FROM (
        SELECT c.*, ${of('new')} AS v, ${row('new')} AS row_written FROM c WHERE c.table_id = ${id} AND c.op IN ('I', 'U')
        UNION ALL
        SELECT c.*, ${of('old')} AS v, CASE WHEN c.op = 'D' THEN ${row('old')} ELSE ${row('new')} END FROM c WHERE c.table_id = ${id} AND (c.op = 'D' OR c.op = 'U' AND ${of('old')} IS DISTINCT FROM ${of('new')})
      ) c
      JOIN (
        SELECT m.v, ARRAY[${names.map((name) => `mapped.${name}::text`).join(', ')}] AS k
        FROM (
          SELECT ${of('new')} AS v FROM c WHERE c.table_id = ${id} AND c.op IN ('I', 'U')
          UNION
          SELECT ${of('old')} FROM c WHERE c.table_id = ${id} AND c.op IN ('U', 'D')
        ) m
        CROSS JOIN LATERAL (${mapped}) AS mapped(${names.join(', ')})
        WHERE ${names.map((name) => `mapped.${name} IS NOT NULL`).join(' AND ')}
      ) mk ON mk.v = c.v
      WINDOW same AS (PARTITION BY c.id, mk.k)`;
}

/** Replaces $keys.column and $keys."Column" in a mapping. */
function replaceKeyArrays(keysSql: string, array: (column: string) => string): string {
  const reference = /\$keys\s*\.\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))/gu;
  return keysSql
    .trim()
    .replace(/;\s*$/, '')
    .replaceAll(reference, (_whole, quoted?: string, plain?: string) =>
      array(quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"')),
    );
}

/** Of what could not be recorded the SQLSTATE alone: the words after it may hold a value of a masked column. */
const gapReason = `CASE c.op WHEN 'G' THEN 'a change could not be recorded, SQLSTATE ' || coalesce(c.new[1], 'unknown') ELSE array_to_string(c.new, ' ') END`;

/** A gap or a reconcile concerns the whole dataset: one job for each that came, however often it happened. */
function gapJobs(scope: RelayScope, versions: readonly TableVersion[], subscription: Subscription): string {
  const ids = versions.map((version) => String(version.id)).join(', ');
  const label = `${subscription.table.schema}.${subscription.table.name}`;
  return `SELECT ${quoteLiteral(subscription.jobType)}, ${quoteLiteral(subscription.entityType)}, NULL, '{}', 'pending', now(), NULL,
    '{"operation":"' || CASE c.op WHEN 'R' THEN 'reconcile' ELSE 'gap' END || '","before":null,"after":null,"origin":' || c.origin || '}',
    ${quoteLiteral(subscription.dataset)}, ${quoteLiteral(scope.captureId)}, c.id::text, true,
    ${quoteLiteral(`${label}: `)} || ${gapReason}, c.at, c.id
  FROM (SELECT DISTINCT ON (c.op) c.* FROM c WHERE c.op IN ('R', 'G') AND c.table_id IN (${ids === '' ? 'NULL' : ids}) ORDER BY c.op, c.id DESC) c`;
}
