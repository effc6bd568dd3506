import { z } from 'zod';

const count = z.int().nonnegative();

/**
 * What a run did, or a plan would do, to one dataset.
 * planned = inserted + updated + deleted + skipped + withheld + conflicted + failed + not_attempted; unchanged stands outside.
 */
export const countsSchema = z.strictObject({
  planned: count,
  inserted: count,
  updated: count,
  deleted: count,
  unchanged: count,
  skipped: count,
  withheld: count,
  conflicted: count,
  failed: count,
  not_attempted: count,
});

export type Counts = z.infer<typeof countsSchema>;

/** Counts of nothing done. */
export function noCounts(): Counts {
  return {
    planned: 0,
    inserted: 0,
    updated: 0,
    deleted: 0,
    unchanged: 0,
    skipped: 0,
    withheld: 0,
    conflicted: 0,
    failed: 0,
    not_attempted: 0,
  };
}

/** True when the counts add up as the design demands. */
export function countsAddUp(c: Counts): boolean {
  return (
    c.planned ===
    c.inserted + c.updated + c.deleted + c.skipped + c.withheld + c.conflicted + c.failed + c.not_attempted
  );
}
