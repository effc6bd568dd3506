import type { LiveRun } from '../../store/activity';

export interface Overall {
  readonly done: number;
  readonly total: number | null;
  readonly kind: 'exact' | 'estimated' | 'unknown';
  readonly rate: number;
  readonly eta: number | null;
  readonly rates: readonly number[];
}

/** Older news say nothing of the rate now. */
const freshMs = 3000;

/**
 * A run's progress over all of its datasets: no better known than the worst known of them.
 * @param now milliseconds
 */
export function overall(live: LiveRun, now: number): Overall {
  const all = Object.values(live.datasets);
  const latest = all.map((each) => each.latest);
  const unknown =
    latest.length === 0 || latest.some(({ total, total_kind: kind }) => total === null || kind === 'unknown');
  const estimated = latest.some(({ total_kind: kind }) => kind === 'estimated');
  const done = latest.reduce((sum, each) => sum + each.done, 0);
  const total = unknown ? null : latest.reduce((sum, each) => sum + (each.total ?? 0), 0);
  const moving = latest.filter(
    (each) => now - Date.parse(each.at) <= freshMs && (each.total === null || each.done < each.total),
  );
  const rate = moving.reduce((sum, each) => sum + (each.rate ?? 0), 0);
  const longest = Math.max(0, ...all.map(({ rates }) => rates.length));
  const rates = Array.from({ length: longest }, (_, index) =>
    all.reduce((sum, each) => sum + (each.rates[each.rates.length - longest + index] ?? 0), 0),
  );
  return {
    done,
    total,
    kind: unknown ? 'unknown' : estimated ? 'estimated' : 'exact',
    rate,
    eta: total === null || rate <= 0 ? null : (total - done) / rate,
    rates,
  };
}
