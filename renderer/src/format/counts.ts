import type { Counts } from '../../../shared/engine/counts';

/** True when the counts add up; `unchanged` stands outside of the sum. The same as in shared/, which would bring zod along. */
export function countsAddUp(counts: Counts): boolean {
  const { planned, inserted, updated, deleted, skipped, withheld, conflicted, failed, not_attempted: left } = counts;
  return planned === inserted + updated + deleted + skipped + withheld + conflicted + failed + left;
}
