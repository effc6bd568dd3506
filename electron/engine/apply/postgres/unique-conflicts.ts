import type { Client } from 'pg';
import { inBlocks } from '../../compare/key-hashes';
import { keyOfText, keyText } from '../../dataset/key-text';
import { isDataError, sqlstateOf } from '../../compare/server-errors';
import { spanCondition, spanOfKeys } from '../../compare/span';
import { quoteIdent } from '../../connect/identifiers';
import { keyTexts } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import type { EntityKey } from '../../run/driver';
import { errorLiteral, setAside } from './aside';
import type { Why } from './aside';
import { remember } from './deletes';
import { inSavepoint } from './divide';
import { targetTable } from './merge';
import { setAllOrphansAside } from './missing-parents';
import type { Session } from './session';
import { readUniqueIndexes } from './unique-indexes';
import type { UniqueIndex } from './unique-indexes';
import { aside, deletes, stage, together } from './work-tables';
import { sameKey } from '../../dataset/key-predicates';

/** A staged row that wants a unique value which another row of the target holds. */
interface Conflict {
  readonly wants: string;
  readonly holder: string;
  readonly index: number;
}

/** Chains longer than this are followed in later batches. */
const mostRounds = 10;

/**
 * Finds, for all unique indexes, the rows that stand in one another's way. Holders outside the batch are pulled into the stage with
 * their current image; a holder that is gone from the source frees its value only when it is deleted, so those who want it
 * wait for that. What has to be written together is noted in groups. False where there is nothing of the kind.
 */
export async function gatherUniqueConflicts(session: Session, writer: Client): Promise<boolean> {
  const { policy } = session;
  const ds = policy.dataset;
  const indexes = await readUniqueIndexes(writer, ds);
  const pulled = new Set<string>();
  const staysForGood = new Set<string>();
  const doomed = new Set<string>();
  let changed = false;
  for (let round = 1; ; round += 1) {
    if ((await setAllOrphansAside(session, writer)) > 0) changed = true;
    const conflicts = await findConflicts(writer, ds, indexes);
    const staged = await keysIn(
      writer,
      ds,
      stage,
      conflicts.map(({ holder }) => holder),
    );
    const outside = [...new Set(conflicts.map(({ holder }) => holder))].filter(
      (key) => !staged.has(key) && !staysForGood.has(key) && !doomed.has(key),
    );
    if (outside.length === 0) {
      await noteGroups(
        writer,
        ds,
        conflicts.filter(({ holder }) => staged.has(holder) || doomed.has(holder)),
        doomed,
      );
      return changed || conflicts.length > 0;
    }
    changed = true;
    const waiting = await keysIn(writer, ds, aside, outside);
    const missing = outside.filter((key) => pulled.has(key) && !waiting.has(key));
    const proven = await session.rows.gone(missing.map(keyOfText));
    const gone = policy.onDelete === 'delete' ? missing.filter((key) => proven.has(key)) : [];
    for (const key of missing) if (!gone.includes(key)) staysForGood.add(key);
    const unknown = outside.filter((key) => !pulled.has(key) && !waiting.has(key));
    for (const keys of inBlocks(gone.map(keyOfText), 10_000)) await remember(writer, policy, spanOfKeys(keys));
    if (session.deletesApproved) for (const key of gone) doomed.add(key);
    else await setWantersAside(writer, ds, conflicts, new Set(gone), 'delete');
    await setWantersAside(writer, ds, conflicts, waiting, 'value');
    if (round >= mostRounds) await setWantersAside(writer, ds, conflicts, new Set(unknown), 'value');
    else await pull(session, writer, unknown);
    for (const key of unknown) pulled.add(key);
  }
}

async function findConflicts(
  writer: Client,
  ds: ResolvedDataset,
  indexes: readonly UniqueIndex[],
): Promise<Conflict[]> {
  const found: Conflict[] = [];
  for (const [index, unique] of indexes.entries()) {
    const rows = await inSavepoint(writer, () => conflictsOn(writer, ds, unique)).catch((error: unknown) => {
      // An index over a column that the dataset does not write: what the new row will have there is not known.
      if (sqlstateOf(error) !== '42703' && !isDataError(error)) throw error;
      return [];
    });
    for (const [wants, holder] of rows) found.push({ wants, holder, index });
  }
  return found;
}

async function conflictsOn(
  writer: Client,
  ds: ResolvedDataset,
  unique: UniqueIndex,
): Promise<(readonly [string, string])[]> {
  const keys = ds.key.map(({ name }) => quoteIdent(name));
  const parts = unique.parts.map((part, index) => `${part} AS astro_sync_u${String(index)}`);
  const rowsOf = (table: string): string =>
    `(SELECT ${[...keys, ...parts].join(', ')} FROM ${table}${unique.predicate === null ? '' : ` WHERE ${unique.predicate}`})`;
  const equal = unique.nullsDistinct ? '=' : 'IS NOT DISTINCT FROM';
  const same = unique.parts.map((_, index) => `t.astro_sync_u${String(index)} ${equal} w.astro_sync_u${String(index)}`);
  const wants = ds.key.map(({ name }) => `w.${quoteIdent(name)}::pg_catalog.text`);
  const { rows } = await writer.query<string[]>({
    text:
      `SELECT ${[...wants, ...keyTexts(ds, 'target')].join(', ')} FROM ${rowsOf(stage)} AS w ` +
      `JOIN ${rowsOf(targetTable(ds))} AS t ON ${same.join(' AND ')} AND NOT (${sameKey(ds, 't', 'w')})`,
    rowMode: 'array',
  });
  const width = ds.key.length;
  return rows.map((row) => [keyText(row.slice(0, width)), keyText(row.slice(width))]);
}

/** Those of these keys that a temporary table holds. */
async function keysIn(
  writer: Client,
  ds: ResolvedDataset,
  table: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const there = new Set<string>();
  for (const block of inBlocks([...new Set(keys)].map(keyOfText), 10_000)) {
    const { rows } = await writer.query<string[]>({
      text: `SELECT ${keyTexts(ds, 'target').join(', ')} FROM ${table} AS t WHERE ${conditionFor(ds, block)}`,
      rowMode: 'array',
    });
    for (const key of rows) there.add(keyText(key));
  }
  return there;
}

/** Puts the current image of entities into the stage; one on which the projection fails stays out, as if it were gone. */
async function pull(session: Session, writer: Client, keys: readonly string[]): Promise<void> {
  for (const block of inBlocks(keys.map(keyOfText), 10_000)) {
    try {
      await inSavepoint(writer, () => session.rows.stage(writer, spanOfKeys(block)));
    } catch (error) {
      if (!isDataError(error)) throw error;
    }
  }
}

/** Sets aside the rows that want what these hold. */
async function setWantersAside(
  writer: Client,
  ds: ResolvedDataset,
  conflicts: readonly Conflict[],
  holders: ReadonlySet<string>,
  why: Why,
): Promise<void> {
  const wanters = conflicts.filter(({ holder }) => holders.has(holder));
  for (const block of inBlocks(wanters, 10_000)) {
    const first = block[0];
    if (first === undefined) continue;
    const holder = keyOfText(first.holder).join(', ');
    const reason = `the value is held by ${holder}${why === 'delete' ? ', which is to be deleted' : ', which waits itself'}`;
    const keys = block.map(({ wants }) => keyOfText(wants));
    await setAside(
      writer,
      ds,
      (alias) => `EXISTS (SELECT FROM ${stage} AS t WHERE ${conditionFor(ds, keys)} AND ${sameKey(ds, 't', alias)})`,
      why,
      errorLiteral({ column: null, value: null, sqlstate: '23505', reason }),
    );
  }
}

/** Notes which rows are to be written together: those connected by conflicts, with the indexes under which each holds a wanted value. */
async function noteGroups(
  writer: Client,
  ds: ResolvedDataset,
  conflicts: readonly Conflict[],
  doomed: ReadonlySet<string>,
): Promise<void> {
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    parent.set(key, root);
    return root;
  };
  const holds = new Map<string, Set<number>>();
  for (const { wants, holder, index } of conflicts) {
    for (const key of [wants, holder]) if (!holds.has(key)) holds.set(key, new Set());
    holds.get(holder)?.add(index);
    parent.set(rootOf(wants), rootOf(holder));
  }
  const groups = new Map<string, number>();
  const rows = [...holds].map(([key, indexes]) => {
    const root = rootOf(key);
    if (!groups.has(root)) groups.set(root, groups.size + 1);
    return {
      key: keyOfText(key),
      group: groups.get(root) ?? 0,
      holds: `{${[...indexes].join(',')}}`,
      doomed: doomed.has(key),
    };
  });
  for (const block of inBlocks(rows, 10_000)) {
    await noteRows(
      writer,
      ds,
      stage,
      block.filter((row) => !row.doomed),
    );
    await noteRows(
      writer,
      ds,
      deletes,
      block.filter((row) => row.doomed),
    );
  }
}

interface Grouped {
  readonly key: EntityKey;
  readonly group: number;
  /** Array literal of the places of the indexes under which it holds a wanted value. */
  readonly holds: string;
  readonly doomed: boolean;
}

/** Notes rows whose keys, of the target's types, are in a temporary table. */
async function noteRows(writer: Client, ds: ResolvedDataset, table: string, rows: readonly Grouped[]): Promise<void> {
  if (rows.length === 0) return;
  const keys = ds.key.map(({ name }) => quoteIdent(name));
  const names = ds.key.map((_, index) => `k${String(index)}`);
  const arrays = ds.key.map((_, index) => `$${String(index + 3)}::pg_catalog.text[]`);
  const same = keys.map((key, index) => `r.${key}::pg_catalog.text = g.${names[index] ?? ''}`).join(' AND ');
  await writer.query(
    `INSERT INTO ${together} (${keys.join(', ')}, astro_sync_n, astro_sync_group, astro_sync_holds, astro_sync_doomed)
     SELECT ${keys.map((key) => `r.${key}`).join(', ')}, g.n, g.grouped, g.holds::int4[], ${String(rows[0]?.doomed)}
     FROM unnest($1::int4[], $2::pg_catalog.text[], ${arrays.join(', ')}) WITH ORDINALITY AS g(grouped, holds, ${names.join(', ')}, n)
     JOIN ${table} AS r ON ${same}`,
    [
      rows.map(({ group }) => group),
      rows.map(({ holds }) => holds),
      ...keys.map((_, index) => rows.map(({ key }) => key[index] ?? '')),
    ],
  );
}

function conditionFor(ds: ResolvedDataset, keys: readonly EntityKey[]): string {
  return spanCondition(ds, 'target', spanOfKeys(keys)) ?? 'true';
}
