import type { RunSummary } from '../../../../shared/engine/reports';

/** How long a run took in milliseconds; 0 while it works. */
export function tookMs({ started_at: start, ended_at: end }: Pick<RunSummary, 'started_at' | 'ended_at'>): number {
  return end === null ? 0 : Math.max(0, new Date(end).getTime() - new Date(start).getTime());
}
