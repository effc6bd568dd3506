import { isAssignable } from '../catalog/assignment';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import { columnMissing, findColumn } from './find-column';
import type { Column, ResolvedPostgresTarget, Table } from './resolved';
import type { DraftColumn } from './resolve-columns';
import { checkCondition, checkValues } from './resolve-source';
import type { SourceFacts } from './resolve-source';
import { datasetError } from './workbench';
import type { Workbench } from './workbench';

/**
 * Reads the target table; it has to be one that can be written.
 * @throws SyncError TABLE_MISSING, NOT_SUPPORTED, SAME_SOURCE_AND_TARGET
 */
export async function readTargetTable(bench: Workbench): Promise<Table> {
  const { target } = bench.definition;
  if (!('table' in target)) {
    throw datasetError(
      bench,
      'DATASET_INVALID',
      `database "${target.database}" is PostgreSQL: its target is a table`,
      'Write target: { database: …, table: public.cities }.',
    );
  }
  await bench.catalogs.facts(target.database);
  const table = await bench.catalogs.table(target.database, target.table);
  if (table.kind === 'r' || table.kind === 'p') return table;
  throw datasetError(
    bench,
    'NOT_SUPPORTED',
    `target ${quoteQualified(table)} is not a table`,
    'Views and foreign tables can be sources, not targets.',
  );
}

/**
 * Refuses a dataset whose target is what it reads, by the servers' identity: two names of one database are one database.
 * A partition and its root count as the same relation.
 */
export async function refuseSameRelation(bench: Workbench, facts: SourceFacts, target: Table): Promise<void> {
  const { source } = facts;
  if (source.engine !== 'postgres' || source.table === null) return;
  const { table } = source;
  const [from, to] = [
    await bench.catalogs.facts(source.database),
    await bench.catalogs.facts(bench.definition.target.database),
  ];
  if (from.identity !== to.identity || !sameRelation(table, target)) return;
  bench.problem(
    datasetError(
      bench,
      'SAME_SOURCE_AND_TARGET',
      `source and target are the same table ${quoteQualified(table)} of the same database`,
      'Check the names of the databases in the environment.',
    ),
  );
}

function sameRelation(a: Table, b: Table): boolean {
  const names = (table: Table): string[] => [table, ...table.partitions].map(quoteQualified);
  return a.oid === b.oid || names(a).includes(quoteQualified(b)) || names(b).includes(quoteQualified(a));
}

/** Checks that the target can take the columns, and the policies that concern it. */
export async function resolvePostgresTarget(
  bench: Workbench,
  facts: SourceFacts,
  table: Table,
  drafts: readonly DraftColumn[],
): Promise<ResolvedPostgresTarget> {
  const { target, write } = bench.definition;
  const { database } = target;
  await checkTypes(bench, facts, drafts);
  if (write !== 'update') requireFilled(bench, table, drafts);
  await checkMark(bench, table, drafts);
  const updateWhere = ('update_where' in target ? target.update_where : undefined) ?? null;
  if (updateWhere !== null) {
    const name = quoteQualified(table);
    await checkCondition(bench, 'target.update_where', database, `${name} AS target, ${name} AS source`, updateWhere);
  }
  return { engine: 'postgres', database, table, updateWhere };
}

async function checkTypes(bench: Workbench, facts: SourceFacts, drafts: readonly DraftColumn[]): Promise<void> {
  if (facts.source.engine !== 'postgres') return;
  const { casts, encoding } = await bench.catalogs.facts(bench.definition.target.database);
  for (const draft of drafts) {
    if (isAssignable(draft.sourceType, draft.type, casts)) continue;
    bench.problem(
      datasetError(
        bench,
        'TYPE_INCOMPATIBLE',
        `column "${draft.name}" is ${draft.type.sql} in the target, and its source is ${draft.sourceType.sql}`,
        `Say how to convert it under columns: ${draft.name}: { sql: "…" }.`,
        { column: draft.name },
      ),
    );
  }
  const from = await bench.catalogs.facts(facts.source.database);
  if (from.encoding === encoding) return;
  bench.problem(
    datasetError(
      bench,
      'NOT_SUPPORTED',
      `the source's encoding is ${from.encoding}, the target's is ${encoding}`,
      'Both databases have to have the same encoding.',
    ),
  );
}

/** An insert must fill every column that the target cannot fill by itself. */
function requireFilled(bench: Workbench, table: Table, drafts: readonly DraftColumn[]): void {
  const filled = new Set(drafts.map((draft) => draft.name));
  const needs = (column: Column): boolean =>
    column.notNull &&
    !column.hasDefault &&
    column.generated === 'none' &&
    column.identity === 'none' &&
    !filled.has(column.name);
  for (const { name } of table.columns.filter(needs)) {
    bench.problem(
      datasetError(
        bench,
        'COLUMN_MISSING',
        `target column "${name}" is NOT NULL without a default, and nothing fills it`,
        `Name it under columns (${name}: { sql: "…" }), give it a default, or write: update.`,
        { column: name },
      ),
    );
  }
}

async function checkMark(bench: Workbench, table: Table, drafts: readonly DraftColumn[]): Promise<void> {
  const { on_delete: onDelete } = bench.definition;
  if (typeof onDelete === 'string') return;
  const { column: name, value, clear } = onDelete.mark;
  const column = findColumn(table.columns, name);
  if (column === undefined) {
    bench.problem(
      columnMissing(bench.definition.name, name, `target ${quoteIdent(table.name)} (on_delete.mark)`, table.columns),
    );
    return;
  }
  if (drafts.some((draft) => draft.name === column.name)) {
    bench.problem(
      datasetError(
        bench,
        'DATASET_INVALID',
        `column "${column.name}" is both kept in line and used as mark`,
        'Leave it out of columns.',
      ),
    );
  }
  if (clear === null && column.notNull) {
    bench.problem(
      datasetError(
        bench,
        'DATASET_INVALID',
        `mark column "${column.name}" is NOT NULL: say what clears it`,
        'Write mark: { column, value, clear }.',
      ),
    );
  }
  const values = [value, clear].filter((text) => text !== null);
  await checkValues(bench, 'on_delete.mark', bench.definition.target.database, column.type, values);
}
