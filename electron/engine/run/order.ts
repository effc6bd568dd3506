import type { ResolvedDataset } from '../dataset/resolved';

/** Which of the chosen datasets must be finished before another one starts, and why. */
type Edges = ReadonlyMap<ResolvedDataset, ReadonlySet<ResolvedDataset>>;

/**
 * Groups datasets into stages. A stage reads its sources in one snapshot each, taken when the stage starts; so a dataset
 * whose source (or a table that its source depends on) is the target of another one comes in a later stage and sees what that
 * one wrote. A cycle is cut at its last dataset: that one then needs a further run to see the others' writes.
 * @param datasets the chosen datasets, in the operator's order
 * @returns stages in order; inside a stage parents come before children by the targets' foreign keys
 */
export function stagesOf(datasets: readonly ResolvedDataset[]): ResolvedDataset[][] {
  const feeds = edgesBy(datasets, feedsInto);
  const level = new Map<ResolvedDataset, number>();
  for (const dataset of sorted(datasets, feeds)) {
    const before = [...(feeds.get(dataset) ?? [])].map((other) => level.get(other)).filter((n) => n !== undefined);
    level.set(dataset, before.length === 0 ? 0 : Math.max(...before) + 1);
  }
  const stages: ResolvedDataset[][] = [];
  for (const [dataset, n] of level) (stages[n] ??= []).push(dataset);
  return stages.filter((stage) => stage.length > 0).map((stage) => sorted(stage, edgesBy(stage, isParentOf)));
}

/** First's target is what second reads, or first is the declared inverse that has to run before. */
export function feedsInto(first: ResolvedDataset, second: ResolvedDataset): boolean {
  if (second.definition.inverse_of === first.name) return true;
  if (first.definition.inverse_of === second.name) return false;
  if (first.target.engine !== 'postgres' || second.source.engine !== 'postgres') return false;
  if (first.target.database !== second.source.database) return false;
  const written = first.target.table.oid;
  return second.source.table?.oid === written || second.dependencies.some((d) => d.table.oid === written);
}

/** First's target table is referenced by a foreign key of second's. */
export function isParentOf(first: ResolvedDataset, second: ResolvedDataset): boolean {
  const parent = first.target;
  const child = second.target;
  if (parent.engine !== 'postgres' || child.engine !== 'postgres' || parent.database !== child.database) return false;
  return child.table.foreignKeys.some(
    (key) => key.references.schema === parent.table.schema && key.references.name === parent.table.name,
  );
}

function edgesBy(
  datasets: readonly ResolvedDataset[],
  comesBefore: (first: ResolvedDataset, second: ResolvedDataset) => boolean,
): Edges {
  return new Map(
    datasets.map((dataset) => [
      dataset,
      new Set(datasets.filter((other) => other !== dataset && comesBefore(other, dataset))),
    ]),
  );
}

/** Depth-first topological order that keeps the given order where it is free, and ignores the edge that closes a cycle. */
function sorted(datasets: readonly ResolvedDataset[], before: Edges): ResolvedDataset[] {
  const order = new Set<ResolvedDataset>();
  const open = new Set<ResolvedDataset>();
  const visit = (dataset: ResolvedDataset): void => {
    if (order.has(dataset) || open.has(dataset)) return;
    open.add(dataset);
    for (const other of before.get(dataset) ?? []) visit(other);
    order.add(dataset);
  };
  datasets.forEach(visit);
  return [...order];
}
