import { relationsOfQuery } from '../catalog/relations-of-query';
import { quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import { sourceSelect, textColumns } from './projection';
import type { ResolvedDataset, ResolvedPostgresSource } from './resolved';
import { datasetError, sqlError } from './workbench';
import type { Workbench } from './workbench';

/**
 * Looks at what the projection really reads: warns of tables that no dependency names, whose changes only a full run would see, and
 * refuses a view or query that is nothing but the target itself.
 */
export async function checkReads(bench: Workbench, dataset: ResolvedDataset): Promise<void> {
  const { source } = dataset;
  if (source.engine !== 'postgres' || readsItsTableAlone(dataset, source)) return;
  const client = await bench.catalogs.client(source.database);
  const relations = await relationsOfQuery(client, sourceSelect(dataset, { columns: textColumns(dataset) })).catch(
    (cause: unknown) => {
      throw sqlError(bench, 'source', cause);
    },
  );
  if (relations === null) return;
  await refuseOwnTarget(bench, dataset, source, relations);
  const covered = [source.table, ...dataset.dependencies.map((dependency) => dependency.table)];
  const known = new Set(
    covered.flatMap((table) => (table === null ? [] : [table, ...table.partitions].map(quoteQualified))),
  );
  for (const name of relations.map(quoteQualified).filter((each) => !known.has(each))) {
    bench.warn(`it reads ${name}, which depends_on does not name: only a full run sees its changes`);
  }
}

function readsItsTableAlone({ columns }: ResolvedDataset, { table, where }: ResolvedPostgresSource): boolean {
  if (table === null || (table.kind !== 'r' && table.kind !== 'p')) return false;
  return ![where ?? '', ...columns.map((column) => column.expression)].some((sql) => /\bselect\b/i.test(sql));
}

async function refuseOwnTarget(
  bench: Workbench,
  { target }: ResolvedDataset,
  source: ResolvedPostgresSource,
  relations: readonly QualifiedName[],
): Promise<void> {
  const [only, more] = relations;
  if (target.engine !== 'postgres' || only === undefined || more !== undefined) return;
  if (source.table?.kind === 'r' || source.table?.kind === 'p') return;
  if (quoteQualified(only) !== quoteQualified(target.table)) return;
  const from = await bench.catalogs.facts(source.database);
  const to = await bench.catalogs.facts(target.database);
  if (from.identity !== to.identity) return;
  bench.problem(
    datasetError(
      bench,
      'SAME_SOURCE_AND_TARGET',
      `all that its source reads is its target ${quoteQualified(target.table)}`,
      'Check the names of the databases in the environment.',
    ),
  );
}
