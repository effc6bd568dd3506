import type { Origins } from '../../../../shared/contract/methods/origins';

export interface Bar {
  readonly at: number;
  readonly total: number;
  /** from below, each with where it begins */
  readonly parts: readonly { readonly application: string; readonly from: number; readonly changes: number }[];
}

export interface Stacked {
  readonly applications: readonly string[];
  /** of each application, in the whole time */
  readonly totals: ReadonlyMap<string, number>;
  /** one for each bucket of the time asked for, also where nothing changed */
  readonly bars: readonly Bar[];
  /** as a plot takes it: the middles in seconds, then for each application, the last one first, the sum of it and those below it */
  readonly columns: [number[], ...number[][]];
}

/** Without a name of its own an application is told apart from all named ones. */
export const unnamed = '(unnamed)';
const shownApart = 7;
export const others = '(others)';

/** The series as bars, one for each bucket; the busiest applications apart, the rest together. */
export function stackBars({
  series,
  since,
  until,
  bucket_s: seconds,
}: Pick<Origins, 'series' | 'since' | 'until' | 'bucket_s'>): Stacked {
  const totals = new Map<string, number>();
  for (const { application, changes } of series) {
    const name = application ?? unnamed;
    totals.set(name, (totals.get(name) ?? 0) + changes);
  }
  const byTotal = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const apart = byTotal.slice(0, shownApart);
  const applications = byTotal.length > shownApart ? [...apart, others] : apart;
  const buckets = new Map<number, Map<string, number>>();
  for (let at = new Date(since).getTime(); at < new Date(until).getTime(); at += seconds * 1000) {
    buckets.set(at, new Map());
  }
  for (const { at, application, changes } of series) {
    const name = application ?? unnamed;
    const group = apart.includes(name) ? name : others;
    const start = new Date(at).getTime();
    const bucket = buckets.get(start) ?? new Map<string, number>();
    bucket.set(group, (bucket.get(group) ?? 0) + changes);
    buckets.set(start, bucket);
  }
  const inOrder = [...buckets].sort(([a], [b]) => a - b);
  const bars = inOrder.map(([at, bucket]): Bar => {
    let total = 0;
    const parts = applications.flatMap((application) => {
      const changes = bucket.get(application) ?? 0;
      if (changes === 0) return [];
      const from = total;
      total += changes;
      return [{ application, from, changes }];
    });
    return { at, total, parts };
  });
  const sums = applications.map((_, index) =>
    inOrder.map(([, bucket]) =>
      applications.slice(0, index + 1).reduce((sum, application) => sum + (bucket.get(application) ?? 0), 0),
    ),
  );
  return { applications, totals, bars, columns: [bars.map(({ at }) => at / 1000 + seconds / 2), ...sums.reverse()] };
}

/** The application whose part of a bar holds a number of changes, counted from below; none above the bar. */
export function partAt(bar: Bar | undefined, changes: number): string | undefined {
  return bar?.parts.find(({ from, changes: own }) => changes >= from && changes < from + own)?.application;
}
