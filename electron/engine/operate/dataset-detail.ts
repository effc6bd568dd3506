import type { DatasetDetail } from '../../../shared/contract/methods/datasets';
import type { ColumnSpec, DatasetDefinition } from '../../../shared/definitions/dataset';
import type { ProjectedColumn, ResolvedDataset } from '../dataset/resolved';
import { feedsInto, isParentOf } from '../run/order';
import { errorDocument } from '../run/document';
import type { EngineContext } from './context';
import { summaryOf } from './dataset-summary';
import { definitionText } from './definition-text';
import { prepareDatasets } from './prepare';
import { quoteIdent } from '../connect/identifiers';

type ColumnPair = DatasetDetail['columns'][number];

/**
 * One definition with what both catalogs say of it. What is wrong with it is in it; columns are known only where nothing is.
 * @throws SyncError DATASET_UNKNOWN
 */
export async function datasetDetail(context: EngineContext, name: string): Promise<DatasetDetail> {
  const prepared = await prepareDatasets(context, [name]);
  const definition = context.definitions.find((each) => each.name === name);
  if (definition === undefined) throw new TypeError(`${name} was prepared and is not defined`);
  const resolved = prepared.resolved.find((dataset) => dataset.name === name) ?? null;
  const problem = prepared.problems.get(name) ?? null;
  const checks: DatasetDetail['checks'] = [
    {
      name: 'definition',
      ok: problem === null,
      level: problem === null ? 'info' : 'error',
      detail: problem === null ? 'fits the catalogs of both sides' : problem.message,
    },
    ...(resolved === null ? [] : facts(resolved)),
    ...prepared.warnings
      .filter(({ dataset }) => dataset === name)
      .map(({ text }) => ({ name: 'warning', ok: true, level: 'warning' as const, detail: text })),
  ];
  const { text, line } = await definitionText(definition);
  return {
    ...summaryOf(definition),
    text,
    text_line: line,
    related: resolved === null ? [] : relatedTo(resolved, prepared.everything.resolved),
    columns: resolved === null ? [] : columnPairs(resolved),
    depends_on: (definition.depends_on ?? []).map(({ table, keys }) => ({
      table,
      keys: keys ?? 'the key columns of the dataset are columns of that table',
    })),
    indexes: indexesOf(definition),
    checks,
    error: problem === null ? null : errorDocument(problem),
  };
}

/** Datasets that this one has to do with: what feeds it or reads what it writes, parents and children of its target, its inverse. */
function relatedTo(dataset: ResolvedDataset, all: readonly ResolvedDataset[]): DatasetDetail['related'] {
  return all
    .filter((other) => other !== dataset)
    .flatMap((other) => {
      const inverse = dataset.definition.inverse_of === other.name || other.definition.inverse_of === dataset.name;
      const relations = [
        ...(inverse ? (['inverse'] as const) : []),
        ...(!inverse && feedsInto(other, dataset) ? (['fed_by'] as const) : []),
        ...(!inverse && feedsInto(dataset, other) ? (['feeds'] as const) : []),
        ...(isParentOf(other, dataset) ? (['parent'] as const) : []),
        ...(isParentOf(dataset, other) ? (['child'] as const) : []),
      ];
      return relations.map((relation) => ({ dataset: other.name, relation }));
    });
}

function facts(dataset: ResolvedDataset): DatasetDetail['checks'] {
  const key = dataset.key.map(({ name }) => name).join(', ');
  const fact = (name: string, detail: string): DatasetDetail['checks'][number] => ({
    name,
    ok: true,
    level: 'info',
    detail,
  });
  return [
    fact('key', key),
    ...(dataset.masked.length === 0 ? [] : [fact('masked', dataset.masked.join(', '))]),
    ...(dataset.source.where === null ? [] : [fact('where', dataset.source.where)]),
    ...(dataset.target.engine === 'redis' && dataset.target.ttl !== null
      ? [fact('time to live', `${String(dataset.target.ttl)} s, set on every write`)]
      : []),
  ];
}

/** Columns of the projection, the source's side beside the target's; then columns of either table that the dataset leaves alone. */
function columnPairs(dataset: ResolvedDataset): ColumnPair[] {
  const { source, target, definition } = dataset;
  const sourceTable = source.engine === 'postgres' ? source.table : null;
  const targetTable = target.engine === 'postgres' ? target.table : null;
  const pairs = dataset.columns.map((column): ColumnPair => {
    const read = bareColumn(column);
    return {
      source: { name: read ?? column.reads.join(', '), type: column.sourceType.sql },
      target: { name: column.name, type: targetTable === null ? null : column.type.sql },
      key: column.isKey,
      masked: column.masked,
      computed: computed(definition, column, read),
    };
  });
  const used = new Set(dataset.columns.flatMap(({ reads }) => reads));
  const written = new Set(dataset.columns.map(({ name }) => name));
  const alone = { key: false, computed: null };
  return [
    ...pairs,
    ...(sourceTable?.columns ?? [])
      .filter(({ name }) => !used.has(name))
      .map(({ name, type }) => ({
        source: { name, type: type.sql },
        target: null,
        masked: dataset.masked.includes(name),
        ...alone,
      })),
    ...(targetTable?.columns ?? [])
      .filter(({ name }) => !written.has(name))
      .map(({ name, type }) => ({
        source: null,
        target: { name, type: type.sql },
        masked: dataset.masked.includes(name),
        ...alone,
      })),
  ];
}

/** The source column that is taken as it is; null where something is made of it. */
function bareColumn({ expression, reads }: ProjectedColumn): string | null {
  return reads.find((name) => expression === `s.${quoteIdent(name)}`) ?? null;
}

/** The expression or value map as the definition has it. */
function computed(definition: DatasetDefinition, column: ProjectedColumn, read: string | null): string | null {
  const { columns } = definition.source;
  const spec: ColumnSpec | undefined =
    columns === undefined || Array.isArray(columns) ? undefined : columns[column.name];
  if (spec !== undefined && spec !== null && typeof spec === 'object') {
    if ('sql' in spec) return spec.sql;
    const values = Object.entries(spec.map).map(([from, to]) => `${from} → ${to ?? 'NULL'}`);
    return [...values, ...(spec.else === undefined ? [] : [`else ${spec.else ?? 'NULL'}`])].join(', ');
  }
  return read === null ? column.expression : null;
}

function indexesOf({ target }: DatasetDefinition): string[] {
  if (!('indexes' in target)) return [];
  return (target.indexes ?? []).map((index) => {
    if ('set' in index) return `set ${index.set}: ${index.member}`;
    if ('zset' in index) return `sorted set ${index.zset}: ${index.member} by ${index.score}`;
    return `string ${index.string}: ${index.value}`;
  });
}
