import { describe, expect, it } from 'vitest';
import { decideDeletes, exceedsPlan } from './guards';

describe('decideDeletes', () => {
  it('lets small numbers and small shares go', () => {
    expect(decideDeletes(0, 0, undefined).allowed).toBe(true);
    expect(decideDeletes(10, 10, undefined).allowed).toBe(true);
    expect(decideDeletes(11, 110, undefined).allowed).toBe(true);
  });

  it('withholds what is above both 10 rows and 10 % of the target, and says by how much', () => {
    expect(decideDeletes(11, 109, undefined)).toEqual({
      allowed: false,
      reason: '11 deletes of 109 rows are above 10 rows and 10 %',
    });
  });

  it('never goes above an approved ceiling, however small the share', () => {
    expect(decideDeletes(312, 400, 312).allowed).toBe(true);
    expect(decideDeletes(313, 1_000_000, 312)).toEqual({ allowed: false, reason: '313 deletes, 312 approved' });
    expect(decideDeletes(1, 1_000_000, 0).allowed).toBe(false);
  });

  it('takes a plan for a ceiling, not for an approval', () => {
    expect(decideDeletes(312, 400, undefined, 312).allowed).toBe(false);
    expect(decideDeletes(312, 400, 312, 312).allowed).toBe(true);
    expect(decideDeletes(5, 400, undefined, 5).allowed).toBe(true);
    expect(decideDeletes(6, 400, 'all', 5)).toEqual({ allowed: false, reason: '6 deletes, 5 planned' });
  });

  it('takes "all" at its word', () => {
    expect(decideDeletes(1_000, 1_000, 'all').allowed).toBe(true);
  });
});

describe('exceedsPlan', () => {
  it('forgives what a live database changes between plan and run', () => {
    expect(exceedsPlan(110, 100)).toBe(false);
    expect(exceedsPlan(10, 0)).toBe(false);
  });

  it('says when reality has become something else than what was approved', () => {
    expect(exceedsPlan(11, 0)).toBe(true);
    expect(exceedsPlan(1_101, 1_000)).toBe(true);
  });
});
