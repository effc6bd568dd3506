import type { Difference } from '../run/driver';

/** How many differences of a dataset are shown. */
export const sampleLimit = 20;

type Operation = Difference['operation'];

/** Deletes first: they are what a person must see before agreeing. */
const operations: readonly Operation[] = ['delete', 'update', 'insert'];

/**
 * Those that are shown, at most sampleLimit: some of every operation by turns, so that many inserts do not hide the deletes.
 * What was found first comes first within its operation.
 */
export function chosenSamples<Found extends { readonly operation: Operation }>(found: readonly Found[]): Found[] {
  const queues = operations.map((operation) => found.filter((one) => one.operation === operation));
  const chosen: Found[] = [];
  for (let round = 0; chosen.length < sampleLimit && queues.some((queue) => queue.length > round); round += 1) {
    for (const queue of queues) chosen.push(...queue.slice(round, round + 1));
  }
  return chosen.slice(0, sampleLimit);
}

/** How many more of an operation are worth keeping: whatever the others turn out to be, no more of it will be shown. */
export function roomFor(operation: Operation, kept: readonly { readonly operation: Operation }[]): number {
  return sampleLimit - kept.filter((one) => one.operation === operation).length;
}
