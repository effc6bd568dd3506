import { describeQuery } from '../catalog/describe-query';
import { quoteIdent, quoteLiteral, quoteQualified } from '../connect/identifiers';
import { SyncError } from '../errors';
import { textType } from './column-image';
import type { ColumnType, ResolvedPostgresSource, ResolvedStreamSource } from './resolved';
import { datasetError, sqlError } from './workbench';
import type { Workbench } from './workbench';

/** A column (stream: a field) that expressions over alias s may read. */
export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A source with its columns. */
export interface SourceFacts {
  readonly source: ResolvedPostgresSource | ResolvedStreamSource;
  readonly columns: readonly SourceColumn[];
  /** For messages: `source public.cities`. */
  readonly label: string;
  /** The database where expressions over alias s run, and a FROM item that gives them that alias. */
  readonly evaluation: { readonly database: string; readonly from: string };
}

/** Resolves a PostgreSQL source: a table from the catalog, a query by describing it. */
export async function resolvePostgresSource(bench: Workbench): Promise<SourceFacts> {
  const definition = bench.definition.source;
  const { database } = definition;
  await bench.catalogs.facts(database);
  const where = ('where' in definition ? definition.where : undefined) ?? null;
  if ('table' in definition) {
    const table = await bench.catalogs.table(database, definition.table);
    const from = `${quoteQualified(table)} AS s`;
    return {
      source: { engine: 'postgres', database, table, from, where },
      columns: table.columns,
      label: `source ${quoteQualified(table)} of ${database}`,
      evaluation: { database, from },
    };
  }
  if (!('query' in definition))
    throw datasetError(
      bench,
      'DATASET_INVALID',
      `database "${database}" is PostgreSQL: name a table or a query, not a stream`,
    );
  const query = definition.query.trim().replace(/;\s*$/, '');
  const client = await bench.catalogs.client(database);
  const columns = await describeQuery(client, query).catch((cause: unknown) => {
    throw sqlError(bench, 'source.query', cause);
  });
  const twice = columns.find((column, index) => columns.findIndex((other) => other.name === column.name) !== index);
  if (twice !== undefined) {
    throw datasetError(
      bench,
      'DATASET_INVALID',
      `source.query gives two columns called "${twice.name}"`,
      'Rename one of them with AS.',
    );
  }
  const from = `(${query}\n) AS s`;
  return {
    source: { engine: 'postgres', database, table: null, from, where },
    columns,
    label: 'the result of source.query',
    evaluation: { database, from },
  };
}

/** Resolves a stream: its fields are those that the target's columns or the definition name, as text. */
export function resolveStreamSource(bench: Workbench, fields: readonly string[], targetDatabase: string): SourceFacts {
  const definition = bench.definition.source;
  if (!('stream' in definition))
    throw datasetError(bench, 'DATASET_INVALID', `database "${definition.database}" is Redis: name a stream`);
  bench.environment.redis(definition.database);
  const { database, stream, entity } = definition;
  const nulls = fields.map((field) => `NULL::text AS ${quoteIdent(field)}`).join(', ');
  return {
    source: { engine: 'redis', database, stream, entity, where: definition.where ?? null },
    columns: fields.map((name) => ({ name, type: textType })),
    label: `the fields of stream ${stream}`,
    evaluation: { database: targetDatabase, from: `(SELECT ${nulls}) AS s` },
  };
}

/** Checks on the server that a condition parses. @param from a FROM item that gives it its aliases */
export async function checkCondition(
  bench: Workbench,
  where: string,
  database: string,
  from: string,
  condition: string,
): Promise<void> {
  const client = await bench.catalogs.client(database);
  try {
    await describeQuery(client, `SELECT 1 FROM ${from} WHERE (${condition})`);
  } catch (cause) {
    bench.problem(sqlError(bench, where, cause));
  }
}

/** Checks on the target's server that these texts are values of that type. */
export async function checkValues(
  bench: Workbench,
  where: string,
  database: string,
  type: ColumnType,
  values: readonly string[],
): Promise<void> {
  const client = await bench.catalogs.client(database);
  for (const value of values) {
    try {
      await client.query(`SELECT ${quoteLiteral(value)}::${type.sql}`);
    } catch (cause) {
      if (cause instanceof SyncError) throw cause;
      bench.problem(sqlError(bench, where, cause));
    }
  }
}
