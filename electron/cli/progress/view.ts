import type { RunStatus } from '../../../shared/engine/documents';
import type { EngineEvent, ProgressEvent } from '../../../shared/engine/events';

/** What is shown of one dataset while it runs. */
export interface DatasetProgress {
  readonly dataset: string;
  readonly status: RunStatus;
  /** null until the first progress came. */
  readonly last: ProgressEvent | null;
  /** When rows last moved, milliseconds since 1970. */
  readonly movedAt: number;
}

/** Datasets in the order in which they were first heard of. */
export type ProgressView = ReadonlyMap<string, DatasetProgress>;

export const noProgress: ProgressView = new Map();

/** The view after one more event; events of the whole run and log lines change nothing in it. */
export function withEvent(view: ProgressView, event: EngineEvent, now: number): ProgressView {
  if (event.type === 'log' || event.dataset === null) return view;
  const before = view.get(event.dataset);
  const known = before ?? { dataset: event.dataset, status: 'queued' as const, last: null, movedAt: now };
  if (event.type === 'status') return new Map(view).set(event.dataset, { ...known, status: event.status });
  const moved = known.last === null || event.done > known.last.done || event.phase !== known.last.phase;
  const last = known.last !== null && event.done < known.last.done ? { ...event, done: known.last.done } : event;
  const status = known.status === 'queued' ? ('running' as const) : known.status;
  return new Map(view).set(event.dataset, { ...known, status, last, movedAt: moved ? now : known.movedAt });
}

/** True once nothing more will happen to the dataset in this run. */
export function hasEnded(status: RunStatus): boolean {
  return ['succeeded', 'partial', 'failed', 'cancelled', 'interrupted'].includes(status);
}

/**
 * Whole percent, rounded down; null where the total is not known, or nothing is to be done. 100 only when the verification has ended: until then a
 * total that turns out too small shows as 99.
 */
export function percentOf({ status, last }: DatasetProgress): number | null {
  if (status === 'succeeded') return 100;
  if (typeof last?.total !== 'number' || last.total_kind === 'unknown') return null;
  if (last.total <= 0) return null;
  const percent = Math.floor((last.done / last.total) * 100);
  return Math.max(0, Math.min(99, percent));
}
