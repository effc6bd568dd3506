import type { Client } from 'pg';
import type { Policy } from '../../compare/policy';
import { quoteIdent } from '../../connect/identifiers';
import { sameKey } from '../../dataset/key-predicates';
import { postgresTarget } from '../../dataset/projection';
import type { Column, ResolvedDataset } from '../../dataset/resolved';
import { differs, targetTable } from './merge';
import { replaceHolders } from './replace-holders';
import type { UniqueIndex } from './unique-indexes';
import { inGroup, stage, together } from './work-tables';

/**
 * Makes the rows of a group (null: of all groups) let go of the unique values that others of the group want. Gives how many of them it
 * has updated for good.
 */
export type Free = (writer: Client, group: number | null) => Promise<number>;

/**
 * The ways in which holders can let go of unique values, the gentlest first: deferring the constraint; NULL, where no foreign key
 * refers to the value; a value that nobody has, which rows referring to it follow under ON UPDATE CASCADE; last, delete and insert,
 * only where nothing refers to the rows, so that no ON DELETE action ever runs.
 */
export function waysToFree(policy: Policy, indexes: readonly UniqueIndex[]): readonly Free[] {
  const { dataset: ds } = policy;
  const park = (valueFor: (index: UniqueIndex) => readonly [Column, string] | null): Free => {
    return async (writer, group) => {
      for (const [number, index] of indexes.entries()) {
        const value = valueFor(index);
        if (value === null) continue;
        for (const sql of parkSql(policy, group, number, value[0], value[1])) await writer.query(sql);
      }
      return 0;
    };
  };
  return [
    ...(indexes.some(({ deferrable }) => deferrable) ? [deferConstraints] : []),
    park(
      (index) =>
        (index.referenced || !index.nullsDistinct ? null : nullable(ds, index)) ?? unusedValue(ds, index, 'below'),
    ),
    park((index) => unusedValue(ds, index, 'below')),
    park((index) => unusedValue(ds, index, 'above')),
    (writer, group) => replaceHolders(writer, policy, group),
  ];
}

async function deferConstraints(writer: Client): Promise<number> {
  await writer.query('SET CONSTRAINTS ALL DEFERRED');
  return 0;
}

/** Only rows that the merge will give their own value are moved, never one that the policy leaves alone; and rows that are to be deleted. */
function parkSql(
  policy: Policy,
  group: number | null,
  index: number,
  column: Column,
  value: string,
): readonly string[] {
  const { dataset: ds, updateWhere } = policy;
  const update = `UPDATE ${targetTable(ds)} AS target SET ${quoteIdent(column.name)} = ${value}`;
  const holds = `${inGroup('g', group)} AND ${String(index)} = ANY (g.astro_sync_holds)`;
  return [
    `${update} FROM ${stage} AS source JOIN ${together} AS g ON ${sameKey(ds, 'g', 'source')} ` +
      `WHERE ${sameKey(ds, 'target', 'source')} AND ${holds} ` +
      `AND ${differs(ds)}${updateWhere === null ? '' : ` AND (${updateWhere})`}`,
    `${update} FROM ${together} AS g WHERE ${sameKey(ds, 'target', 'g')} AND ${holds} AND g.astro_sync_doomed`,
  ];
}

/** Columns of an index that the merge writes afterwards. */
function writtenColumnsOf(ds: ResolvedDataset, index: UniqueIndex): Column[] {
  const written = ds.columns.filter(({ isKey }) => !isKey).map(({ name }) => name);
  return postgresTarget(ds).table.columns.filter(({ name }) => index.columns.includes(name) && written.includes(name));
}

function nullable(ds: ResolvedDataset, index: UniqueIndex): readonly [Column, string] | null {
  const column = writtenColumnsOf(ds, index).find(({ notNull }) => !notNull);
  return column === undefined ? null : [column, 'NULL'];
}

/** An expression, over alias g, that gives each row a value that no other row has; null for types where none can be made up. */
function unusedValue(
  ds: ResolvedDataset,
  index: UniqueIndex,
  side: 'below' | 'above',
): readonly [Column, string] | null {
  for (const column of writtenColumnsOf(ds, index)) {
    const name = quoteIdent(column.name);
    const extreme =
      side === 'below'
        ? `(SELECT least(min(o.${name}), 0) FROM ${targetTable(ds)} AS o) -`
        : `(SELECT greatest(max(o.${name}), 0) FROM ${targetTable(ds)} AS o) +`;
    const latest = `(SELECT max(o.${name}) FROM ${targetTable(ds)} AS o WHERE isfinite(o.${name}))`;
    const { base, baseSql, builtin, element } = column.type;
    if (!builtin || element !== null) continue;
    switch (base) {
      case 'int2':
      case 'int4':
      case 'int8':
      case 'numeric':
        return [column, `(${extreme} g.astro_sync_n)::${baseSql}`];
      case 'text':
      case 'varchar':
      case 'bpchar':
        return [
          column,
          `left(md5(g.astro_sync_n::text || clock_timestamp()::text || random()::text), ${String(lengthOf(column))})`,
        ];
      case 'uuid':
        return [column, 'gen_random_uuid()'];
      case 'bytea':
        return [column, `decode(md5(g.astro_sync_n::text || clock_timestamp()::text), 'hex')`];
      case 'date':
        return [column, `(${latest} + g.astro_sync_n)::${baseSql}`];
      case 'timestamp':
      case 'timestamptz':
        return [column, `(${latest} + g.astro_sync_n * interval '1 day')::${baseSql}`];
      default:
    }
  }
  return null;
}

function lengthOf(column: Column): number {
  return column.type.typmod < 0 ? 32 : Math.min(32, column.type.typmod - 4);
}
