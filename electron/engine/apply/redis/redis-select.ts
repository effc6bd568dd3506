import { sourceSelect, textColumns } from '../../dataset/projection';
import type { ResolvedDataset, ResolvedRedisTarget } from '../../dataset/resolved';

/** What is selected for a Redis target: every projected column as canonical text, then the scores that are epochs. */
export interface RedisSelect {
  /** For each index, where its score stands in a row; -1 without one. */
  readonly scores: readonly number[];
  /** Fields of a row. */
  readonly width: number;
  /** SELECT over the source's rows, or those that a predicate over alias s lets through. */
  readonly sql: (predicate?: string) => string;
}

/** The select of a dataset with a PostgreSQL source and a Redis target. */
export function redisSelect(dataset: ResolvedDataset, target: ResolvedRedisTarget): RedisSelect {
  const epochs: string[] = [];
  const scores = target.indexes.map(({ score }) => {
    if (score === null) return -1;
    const at = dataset.columns.findIndex(({ name }) => name === score.column);
    if (!score.epoch) return at;
    epochs.push(`extract(epoch FROM (${dataset.columns[at]?.expression ?? 'NULL'}))::text`);
    return dataset.columns.length + epochs.length - 1;
  });
  const columns = [textColumns(dataset), ...epochs].join(', ');
  return {
    scores,
    width: dataset.columns.length + epochs.length,
    sql: (predicate) => sourceSelect(dataset, { columns, ...(predicate === undefined ? {} : { predicate }) }),
  };
}
