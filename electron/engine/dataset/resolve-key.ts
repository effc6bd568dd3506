import { quoteIdent } from '../connect/identifiers';
import { columnMissing, findColumn } from './find-column';
import type { Table, UniqueKey } from './resolved';
import { bareColumn } from './resolve-columns';
import type { DraftColumn } from './resolve-columns';
import type { SourceFacts } from './resolve-source';
import { datasetError } from './workbench';
import type { Workbench } from './workbench';

/**
 * Finds the key: declared, else from the source's catalog (primary, else unique over NOT NULL columns). Its columns join the
 * projection where the definition left them out. The target has to hold each key at most once, by a unique key of its own.
 * @returns the projection with the key's columns in it, and the key's, in key order
 * @throws SyncError NO_KEY, COLUMN_MISSING
 */
export function resolveKey(
  bench: Workbench,
  facts: SourceFacts,
  drafts: readonly DraftColumn[],
  target: Table | null,
): { readonly columns: readonly DraftColumn[]; readonly key: readonly DraftColumn[] } {
  const table = facts.source.engine === 'postgres' ? facts.source.table : null;
  const declared = bench.definition.source.key;
  const names = declared ?? (table === null ? undefined : keyOfCatalog(table)?.columns);
  if (names === undefined) throw noKey(bench, facts, table);
  const columns = [...drafts];
  const key = names.map((name) => {
    const source = findColumn(facts.columns, name);
    if (source === undefined) {
      const made = findColumn(columns, name);
      if (made !== undefined) return made;
      throw columnMissing(bench.definition.name, name, `${facts.label} (key)`, facts.columns);
    }
    const found = projectionOf(source.name, columns, target);
    if (found !== undefined) return found;
    const added = bareColumn(bench, source, source.name, target);
    if (added === null) {
      throw datasetError(
        bench,
        'NO_KEY',
        `key column "${source.name}" is not among the columns`,
        `Say under columns which target column it is, such as { user_id: ${source.name} }.`,
      );
    }
    columns.push(added);
    return added;
  });
  if (declared !== undefined && table !== null) requireUniqueSource(bench, table, key);
  if (target !== null) requireUniqueTarget(bench, target, key);
  return { columns, key };
}

function projectionOf(column: string, drafts: readonly DraftColumn[], target: Table | null): DraftColumn | undefined {
  const candidates = drafts.filter((draft) => draft.bare === column);
  const inKey = candidates.find((draft) => target?.uniqueKeys.some((key) => key.columns.includes(draft.name)) === true);
  return inKey ?? candidates.find((draft) => draft.name === column) ?? candidates[0];
}

function keyOfCatalog(table: Table): UniqueKey | undefined {
  const notNull = (name: string): boolean => table.columns.some((column) => column.name === name && column.notNull);
  return table.uniqueKeys.find((key) => key.primary) ?? table.uniqueKeys.find((key) => key.columns.every(notNull));
}

function noKey(bench: Workbench, facts: SourceFacts, table: Table | null): Error {
  const nullable = table?.uniqueKeys.find((key) => !key.primary);
  const hint =
    table === null || !(table.kind === 'r' || table.kind === 'p')
      ? 'Declare it: source: { key: [id] }.'
      : nullable === undefined
        ? 'Give the table a primary key, or a unique key over NOT NULL columns.'
        : `Its unique key ${quoteIdent(nullable.name)} allows NULL: make ${nullable.columns.map(quoteIdent).join(', ')} NOT NULL.`;
  return datasetError(bench, 'NO_KEY', `${facts.label} has no key`, hint);
}

/** A declared key of a table must be unique there, or one entity would be several rows. Views cannot tell: their author does. */
function requireUniqueSource(bench: Workbench, table: Table, key: readonly DraftColumn[]): void {
  if (table.kind !== 'r' && table.kind !== 'p') return;
  const columns = new Set(key.map((draft) => draft.bare));
  if (columns.has(null)) return;
  const where = bench.definition.source.where ?? '';
  const nullable = table.columns.filter((column) => columns.has(column.name) && !column.notNull);
  for (const { name } of nullable.filter((column) => !where.includes(column.name))) {
    bench.problem(
      datasetError(
        bench,
        'NO_KEY',
        `key column "${name}" of ${quoteIdent(table.name)} allows NULL`,
        `Make it NOT NULL, or leave rows without it out: where: s.${quoteIdent(name)} is not null.`,
      ),
    );
  }
  if (table.uniqueKeys.some((unique) => unique.columns.every((name) => columns.has(name)))) return;
  bench.problem(
    datasetError(
      bench,
      'NO_KEY',
      `the declared key (${key.map((draft) => draft.bare).join(', ')}) is not unique in ${quoteIdent(table.name)}`,
      'Declare columns that a primary or unique key of the table covers, or give it one.',
    ),
  );
}

function requireUniqueTarget(bench: Workbench, target: Table, key: readonly DraftColumn[]): void {
  const columns = new Set(key.map((draft) => draft.name));
  if (target.uniqueKeys.some((unique) => unique.columns.every((name) => columns.has(name)))) return;
  const wider = target.uniqueKeys.find((unique) => key.every((draft) => unique.columns.includes(draft.name)));
  bench.problem(
    datasetError(
      bench,
      'NO_KEY',
      `target ${quoteIdent(target.name)} has no unique key over ${key.map((draft) => quoteIdent(draft.name)).join(', ')}`,
      wider === undefined
        ? 'Give it a primary or unique key over these columns.'
        : `Its key is (${wider.columns.join(', ')}): declare the source columns of all of these as key.`,
    ),
  );
}
