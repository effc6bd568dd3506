import type { QualifiedName } from '../connect/identifiers';
import type { ProjectedColumn, ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';

/** One reason why a change of a table concerns a dataset, and how the dataset's keys follow from it. */
export interface Subscription {
  readonly dataset: string;
  readonly position: number;
  readonly jobType: string;
  readonly entityType: string;
  readonly table: QualifiedName;
  readonly role: 'source' | 'dependency' | 'target';
  /** Names of the dataset's key, in key order. */
  readonly keyNames: readonly string[];
  /** Columns of the table that are the key, in key order; with keysSql the columns that it maps from. */
  readonly keyColumns: readonly string[];
  /** The key is one integer. */
  readonly integerKey: boolean;
  readonly keysSql: string | null;
  /** Columns whose values go into the jobs. */
  readonly valueColumns: readonly string[];
  /** An update that changes none of these concerns nobody; null: any column may matter. */
  readonly watchedColumns: readonly string[] | null;
}

/** Everything that the datasets want to know of the tables of one database. */
export function subscriptionsOf(datasets: readonly ResolvedDataset[], database: string): Subscription[] {
  return datasets.flatMap((dataset) => {
    const list = [...sourceSubscriptions(dataset, database), ...targetSubscriptions(dataset, database)];
    return list.map((subscription, position) => ({ ...subscription, position }));
  });
}

const integers = ['int2', 'int4', 'int8'];

function base(
  dataset: ResolvedDataset,
): Pick<Subscription, 'dataset' | 'jobType' | 'entityType' | 'keyNames' | 'integerKey'> {
  const [first, second] = dataset.key;
  return {
    dataset: dataset.name,
    jobType: dataset.jobType,
    entityType: dataset.entityType,
    keyNames: dataset.key.map((column) => column.name),
    integerKey: first !== undefined && second === undefined && integers.includes(first.sourceType.base),
  };
}

function sourceSubscriptions(dataset: ResolvedDataset, database: string): Omit<Subscription, 'position'>[] {
  const { source } = dataset;
  if (source.engine !== 'postgres' || source.database !== database) return [];
  const withValues = dataset.definition.capture === 'values';
  const found: Omit<Subscription, 'position'>[] = [];
  if (source.table !== null && isCapturable(source.table.kind)) {
    found.push({
      ...base(dataset),
      table: nameOf(source.table),
      role: 'source',
      keyColumns: dataset.key.map((column) => sourceColumn(dataset, column)),
      keysSql: null,
      valueColumns: withValues ? dataset.reads : [],
      watchedColumns: dataset.reads,
    });
  }
  for (const dependency of dataset.dependencies) {
    found.push({
      ...base(dataset),
      table: nameOf(dependency.table),
      role: 'dependency',
      keyColumns: dependency.mappingColumns,
      keysSql: dependency.keysSql,
      valueColumns: withValues ? dependency.mappingColumns : [],
      watchedColumns: null,
    });
  }
  return found;
}

/** Writes to a guarded target are reasons to look at the entity again. */
function targetSubscriptions(dataset: ResolvedDataset, database: string): Omit<Subscription, 'position'>[] {
  const { target } = dataset;
  if (!dataset.definition.guard || target.engine !== 'postgres' || target.database !== database) return [];
  const written = dataset.columns.map((column) => column.name);
  return [
    {
      ...base(dataset),
      table: nameOf(target.table),
      role: 'target',
      keyColumns: dataset.key.map((column) => column.name),
      keysSql: null,
      valueColumns: dataset.definition.capture === 'values' ? written : [],
      watchedColumns: written,
    },
  ];
}

/** Ordinary and partitioned tables; views and foreign tables have no statement triggers with transition tables. */
export function isCapturable(kind: string): boolean {
  return kind === 'r' || kind === 'p';
}

function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}

function sourceColumn(dataset: ResolvedDataset, column: ProjectedColumn): string {
  const [only, more] = column.reads;
  if (only === undefined || more !== undefined) {
    throw new SyncError(
      'NOT_SUPPORTED',
      `Dataset "${dataset.name}": key column "${column.name}" is not one column of the source`,
      {
        hint: 'Declare a key of plain columns.',
        details: { dataset: dataset.name, column: column.name },
      },
    );
  }
  return only;
}
