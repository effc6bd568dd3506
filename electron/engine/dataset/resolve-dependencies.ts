import { describeQuery } from '../catalog/describe-query';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import { compileKeysSql, keysColumns } from './dependency-keys';
import { columnMissing, findColumn } from './find-column';
import type { ResolvedDependency } from './resolved';
import type { DraftColumn } from './resolve-columns';
import { datasetError, sqlError } from './workbench';
import type { Workbench } from './workbench';

/** Resolves depends_on: tables of the source database, and how their changed rows tell the keys of this dataset. */
export async function resolveDependencies(
  bench: Workbench,
  key: readonly DraftColumn[],
): Promise<ResolvedDependency[]> {
  const { source, depends_on: declared = [] } = bench.definition;
  const found: ResolvedDependency[] = [];
  for (const { table: text, keys: keysSql } of declared) {
    const table = await bench.catalogs.table(source.database, text);
    if (table.kind !== 'r' && table.kind !== 'p') {
      bench.problem(
        datasetError(
          bench,
          'NOT_SUPPORTED',
          `depends_on ${quoteQualified(table)} is not a table`,
          'Name the tables that it reads.',
        ),
      );
      continue;
    }
    if (keysSql === undefined) {
      const columns = key.flatMap((draft) => {
        const name = draft.bare ?? draft.name;
        const column = findColumn(table.columns, name);
        if (column === undefined)
          bench.problem(
            columnMissing(
              bench.definition.name,
              name,
              `${quoteIdent(table.name)} (depends_on without keys)`,
              table.columns,
            ),
          );
        return column ?? [];
      });
      found.push({ table, keysSql: null, mappingColumns: columns.map((column) => column.name) });
      continue;
    }
    const columns = keysColumns(bench.definition.name, keysSql, table);
    await checkKeys(bench, keysSql, table, key.length);
    found.push({ table, keysSql, mappingColumns: columns.map((column) => column.name) });
  }
  return found;
}

async function checkKeys(
  bench: Workbench,
  keysSql: string,
  table: ResolvedDependency['table'],
  width: number,
): Promise<void> {
  const client = await bench.catalogs.client(bench.definition.source.database);
  const where = `depends_on ${quoteQualified(table)} keys`;
  try {
    const columns = await describeQuery(
      client,
      compileKeysSql(keysSql, table, () => `'{}'::text[]`),
    );
    if (columns.length === width) return;
    bench.problem(
      datasetError(
        bench,
        'DATASET_INVALID',
        `${where}: the SELECT gives ${String(columns.length)} columns, the key has ${String(width)}`,
        'Select the key columns of the dataset, in key order.',
      ),
    );
  } catch (cause) {
    bench.problem(sqlError(bench, where, cause));
  }
}
