import type { ColumnSpec } from '../../../shared/definitions/dataset';
import { isText } from '../catalog/assignment';
import { describeQuery } from '../catalog/describe-query';
import { quoteIdent, quoteLiteral } from '../connect/identifiers';
import { bareType, textType } from './column-image';
import { looksLikeCredential } from './credentials';
import { columnMissing, findColumn } from './find-column';
import type { Column, ColumnType, ProjectedColumn, Table } from './resolved';
import { checkValues } from './resolve-source';
import type { SourceColumn, SourceFacts } from './resolve-source';
import { mentionedColumns } from './sql-references';
import { datasetError, sqlError } from './workbench';
import type { Workbench } from './workbench';

/** A projected column before the key is known. */
export interface DraftColumn extends Omit<ProjectedColumn, 'isKey' | 'masked'> {
  /** The source column that it is, unchanged; null where it is made of something else. */
  readonly bare: string | null;
  /** Made by an SQL expression: what it reads is more than what it shows. */
  readonly computed: boolean;
}

/** The table that values are written to, or null for Redis, where every value is text. */
type Destination = Table | null;

/**
 * The columns that are kept in line: those that the definition names, else all of the source that are no credentials and that the
 * target does not generate. Missing ones are noted as problems.
 */
export async function resolveColumns(
  bench: Workbench,
  facts: SourceFacts,
  target: Destination,
): Promise<DraftColumn[]> {
  const spec = bench.definition.source.columns;
  const drafts: DraftColumn[] = [];
  if (spec === undefined) return defaultColumns(bench, facts, target);
  const named: readonly (readonly [string, ColumnSpec])[] = Array.isArray(spec)
    ? spec.map((name) => [name, null])
    : Object.entries(spec);
  for (const [name, made] of named) {
    const draft = await resolveColumn(bench, facts, target, name, made);
    if (draft === null) continue;
    if (drafts.some((other) => other.name === draft.name)) {
      bench.problem(datasetError(bench, 'DATASET_INVALID', `column "${draft.name}" is named twice`));
    } else {
      drafts.push(draft);
    }
  }
  return drafts;
}

/** The source column as it is, under that name of the target; a problem is noted where the target cannot take it. */
export function bareColumn(
  bench: Workbench,
  source: SourceColumn,
  name: string,
  target: Destination,
): DraftColumn | null {
  const to = destination(bench, target, name);
  if (to === null) return null;
  return {
    name: to.name,
    expression: `s.${quoteIdent(source.name)}`,
    type: to.type ?? source.type,
    sourceType: source.type,
    reads: [source.name],
    bare: source.name,
    computed: false,
  };
}

function defaultColumns(bench: Workbench, facts: SourceFacts, target: Destination): DraftColumn[] {
  return facts.columns.flatMap((column) => {
    const to = target?.columns.find((other) => other.name === column.name);
    if (to !== undefined && to.generated !== 'none') return [];
    if (looksLikeCredential(column.name)) {
      bench.warn(
        `"${column.name}" looks like a credential and is left out; name the columns under source, "columns: [id, …]": ` +
          'with it to read it, or without it to leave it out and not be told again',
      );
      return [];
    }
    if (target !== null && to === undefined) {
      const error = columnMissing(
        bench.definition.name,
        column.name,
        `target ${quoteIdent(target.name)}`,
        target.columns,
      );
      bench.problem(error);
      return [];
    }
    return bareColumn(bench, column, column.name, target) ?? [];
  });
}

async function resolveColumn(
  bench: Workbench,
  facts: SourceFacts,
  target: Destination,
  name: string,
  spec: ColumnSpec,
): Promise<DraftColumn | null> {
  if (typeof spec === 'object' && spec !== null && 'sql' in spec)
    return computedColumn(bench, facts, target, name, spec.sql);
  const from = spec === null ? name : typeof spec === 'string' ? spec : (spec.from ?? name);
  const source = findColumn(facts.columns, from);
  if (source === undefined) {
    bench.problem(columnMissing(bench.definition.name, from, facts.label, facts.columns));
    return null;
  }
  if (spec === null && Array.isArray(bench.definition.source.columns))
    return bareColumn(bench, source, source.name, target);
  if (spec === null || typeof spec === 'string') return bareColumn(bench, source, name, target);
  return mappedColumn(bench, facts, target, name, source, spec);
}

async function computedColumn(
  bench: Workbench,
  facts: SourceFacts,
  target: Destination,
  name: string,
  sql: string,
): Promise<DraftColumn | null> {
  const to = destination(bench, target, name);
  if (to === null) return null;
  const client = await bench.catalogs.client(facts.evaluation.database);
  try {
    const [described] = await describeQuery(client, `SELECT (${sql}\n) FROM ${facts.evaluation.from}`);
    if (described === undefined) return null;
    const reads = mentionedColumns(
      sql,
      facts.columns.map((column) => column.name),
    );
    return {
      name: to.name,
      expression: `(${sql}\n)`,
      type: to.type ?? described.type,
      sourceType: described.type,
      reads,
      bare: null,
      computed: true,
    };
  } catch (cause) {
    bench.problem(sqlError(bench, `columns.${name}.sql`, cause));
    return null;
  }
}

/** A value map is a CASE over the source value's text; what it does not name stays as it is, unless `else` says otherwise. */
async function mappedColumn(
  bench: Workbench,
  facts: SourceFacts,
  target: Destination,
  name: string,
  source: SourceColumn,
  spec: Extract<ColumnSpec, { map: unknown }>,
): Promise<DraftColumn | null> {
  const to = destination(bench, target, name);
  if (to === null) return null;
  // Values of a type that the source may not know, or that is text anyway, travel as text.
  const typed =
    to.type !== null && to.type.builtin && !isText(to.type) && facts.source.engine === 'postgres' ? to.type : null;
  const cast = `::${typed === null ? 'text' : bareType(typed)}`;
  const column = `s.${quoteIdent(source.name)}`;
  const value = (text: string | null): string => (text === null ? `NULL${cast}` : `${quoteLiteral(text)}${cast}`);
  const branches = Object.entries(spec.map).map(([from, mapped]) => `WHEN ${quoteLiteral(from)} THEN ${value(mapped)}`);
  const otherwise = spec.else === undefined ? `(${column})${cast}` : value(spec.else);
  const constants = [...Object.values(spec.map), spec.else].filter((text) => typeof text === 'string');
  if (target !== null && to.type !== null && bench.definition.target.database !== '') {
    await checkValues(bench, `columns.${name}.map`, bench.definition.target.database, to.type, [...new Set(constants)]);
  }
  return {
    name: to.name,
    expression: `CASE (${column})::text ${branches.join(' ')} ELSE ${otherwise} END`,
    type: to.type ?? textType,
    sourceType: typed ?? textType,
    reads: [source.name],
    bare: null,
    computed: false,
  };
}

function destination(
  bench: Workbench,
  target: Destination,
  name: string,
): { readonly name: string; readonly type: ColumnType | null } | null {
  if (target === null) return { name, type: null };
  const column: Column | undefined = findColumn(target.columns, name);
  if (column === undefined) {
    bench.problem(columnMissing(bench.definition.name, name, `target ${quoteIdent(target.name)}`, target.columns));
    return null;
  }
  if (column.generated !== 'none') {
    bench.problem(
      datasetError(
        bench,
        'DATASET_INVALID',
        `target column "${column.name}" is generated and cannot be written`,
        'Leave it out of columns.',
        {
          column: column.name,
        },
      ),
    );
    return null;
  }
  return { name: column.name, type: column.type };
}
