import type { Origins } from '../../../../shared/contract/methods/origins';

export interface Bar {
  readonly at: number;
  readonly total: number;
  /** from below, each with where it begins */
  readonly parts: readonly { readonly application: string; readonly from: number; readonly changes: number }[];
}

export interface Stacked {
  readonly applications: readonly string[];
  readonly bars: readonly Bar[];
  readonly most: number;
}

/** Without a name of its own an application is told apart from all named ones. */
export const unnamed = '(unnamed)';
const shownApart = 7;
export const others = '(others)';

/** The series as bars, one for each bucket that has changes; the busiest applications apart, the rest together. */
export function stackBars({ series }: Pick<Origins, 'series'>): Stacked {
  const totals = new Map<string, number>();
  for (const { application, changes } of series) {
    const name = application ?? unnamed;
    totals.set(name, (totals.get(name) ?? 0) + changes);
  }
  const byTotal = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const apart = byTotal.slice(0, shownApart);
  const applications = byTotal.length > shownApart ? [...apart, others] : apart;
  const buckets = new Map<string, Map<string, number>>();
  for (const { at, application, changes } of series) {
    const name = application ?? unnamed;
    const group = apart.includes(name) ? name : others;
    const bucket = buckets.get(at) ?? new Map<string, number>();
    bucket.set(group, (bucket.get(group) ?? 0) + changes);
    buckets.set(at, bucket);
  }
  const bars = [...buckets].map(([at, bucket]): Bar => {
    let total = 0;
    const parts = applications.flatMap((application) => {
      const changes = bucket.get(application) ?? 0;
      if (changes === 0) return [];
      const from = total;
      total += changes;
      return [{ application, from, changes }];
    });
    return { at: new Date(at).getTime(), total, parts };
  });
  return { applications, bars, most: Math.max(1, ...bars.map(({ total }) => total)) };
}
