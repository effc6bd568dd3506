import { expect, test } from 'vitest';
import { noCounts } from '../../../../shared/engine/counts';
import { noLiveRun } from '../../store/activity';
import { overall } from './overall';

const now = Date.parse('2026-03-01T10:00:00Z');
const dataset = (done: number, total: number | null, rate: number, ageMs: number) => ({
  latest: {
    type: 'progress' as const,
    run: 'r',
    dataset: 'd',
    phase: 'apply' as const,
    done,
    total,
    total_kind: total === null ? ('unknown' as const) : ('exact' as const),
    rate,
    eta_s: null,
    counts: noCounts(),
    at: new Date(now - ageMs).toISOString(),
  },
  rates: [rate],
});

test('sums what is done of all, with the rate and the rest of those that tell of themselves now', () => {
  const live = { ...noLiveRun, datasets: { a: dataset(500, 1000, 100, 200), b: dataset(1000, 1000, 50, 9000) } };
  expect(overall(live, now)).toMatchObject({ done: 1500, total: 2000, kind: 'exact', rate: 100, eta: 5 });
});

test('tells no rate and no rest where nothing was heard for seconds', () => {
  const live = { ...noLiveRun, datasets: { a: dataset(999, 1000, 100, 5000) } };
  expect(overall(live, now)).toMatchObject({ rate: 0, eta: null });
});
