import type { Counts } from '../../../shared/engine/counts';

/** What becomes of planned changes, in the order in which it is shown; together they are `planned`. */
export const countParts = [
  'inserted',
  'updated',
  'deleted',
  'skipped',
  'withheld',
  'conflicted',
  'failed',
  'not_attempted',
] as const;

/** True when the counts add up; `unchanged` stands outside of the sum. The same as in shared/, which would bring zod along. */
export function countsAddUp(counts: Counts): boolean {
  return counts.planned === countParts.reduce((sum, name) => sum + counts[name], 0);
}
