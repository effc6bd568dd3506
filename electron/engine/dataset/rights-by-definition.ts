import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { Environment } from '../connect/environment';
import { openCatalogs } from './catalogs';
import type { Catalogs } from './catalogs';
import { looksLikeCredential } from './credentials';
import type { Table } from './resolved';
import { mergeTables, readOf, someOf, triggersOn, writesTo } from './rights-wanted';
import type { Sql, WantedRights, WantedTable } from './rights-wanted';
import { mentionedColumns } from './sql-references';

/**
 * Rights that datasets need which do not resolve, as far as their definitions tell: one right that is missing must not hide the
 * others. Tables that cannot be found are left out.
 */
export async function wantedByDefinitions(
  environment: Environment,
  definitions: readonly DatasetDefinition[],
): Promise<WantedRights[]> {
  const catalogs = openCatalogs(environment);
  try {
    // One after another: the catalogs have one connection to each database, which takes one query at a time.
    const wanted: WantedRights[] = [];
    for (const definition of definitions) wanted.push(await wantedByDefinition(environment, catalogs, definition));
    return wanted;
  } finally {
    await catalogs.close();
  }
}

async function wantedByDefinition(
  environment: Environment,
  catalogs: Catalogs,
  definition: DatasetDefinition,
): Promise<WantedRights> {
  const { source, target, depends_on: dependencies = [], guard } = definition;
  const inPostgres = (database: string): boolean =>
    environment.names.includes(database) && environment.database(database).engine === 'postgres';
  const find = (database: string, text: string): Promise<Table | null> =>
    catalogs.table(database, text).catch(() => null);
  const tables: WantedTable[] = [];
  if (inPostgres(source.database)) {
    const table = 'table' in source ? await find(source.database, source.table) : null;
    if (table !== null)
      tables.push(
        readOf(source.database, table, someOf(table, readColumns(definition, table))),
        ...triggersOn(source.database, table),
      );
    for (const dependency of dependencies) {
      const other = await find(source.database, dependency.table);
      if (other !== null) tables.push(readOf(source.database, other, 'all'), ...triggersOn(source.database, other));
    }
  }
  if (inPostgres(target.database) && 'table' in target) {
    const table = await find(target.database, target.table);
    if (table !== null) tables.push(...writesTo(target.database, table, definition));
  }
  return {
    dataset: definition.name,
    databases: [source.database, target.database].filter(inPostgres),
    captures: [source.database, ...(guard ? [target.database] : [])].filter(inPostgres),
    tables: mergeTables(tables),
    queries: [],
    mentions: inPostgres(source.database) ? sqlOf(definition) : [],
  };
}

/** Which columns it reads is not known yet: credentials are not, unless they are named. */
function readColumns(definition: DatasetDefinition, { columns }: Table): string[] {
  const names = columns.map(({ name }) => name);
  const named = mentionedColumns(JSON.stringify(definition), names);
  return names.filter((name) => !looksLikeCredential(name) || named.includes(name));
}

/** Every piece of SQL that runs in the source. */
function sqlOf({ source, depends_on: dependencies = [] }: DatasetDefinition): Sql[] {
  const columns = Array.isArray(source.columns) ? [] : Object.values(source.columns ?? {});
  return [
    ...('query' in source ? [source.query] : []),
    ...(source.where === undefined ? [] : [source.where]),
    ...columns.flatMap((spec) => (spec !== null && typeof spec === 'object' && 'sql' in spec ? [spec.sql] : [])),
    ...dependencies.flatMap(({ keys }) => (keys === undefined ? [] : [keys])),
  ].map((sql) => ({ database: source.database, sql }));
}
