import type { Counts } from '../../../shared/engine/counts';
import { noCounts } from '../../../shared/engine/counts';
import type { Phase } from '../../../shared/engine/documents';
import type { EngineListener, ProgressEvent } from '../../../shared/engine/events';
import type { Tally } from './driver';

const emitEveryMs = 100;
const rateWindowMs = 5_000;
/** An estimate that was passed by more than this says nothing any more. */
const tolerance = 1.1;

/** Follows one dataset of a run: what is done, of how much, how fast, and where the time went. */
export interface ProgressTracker {
  readonly phasesMs: Readonly<Partial<Record<Phase, number>>>;
  /** What is still to come, in rows, to the end of the verification. */
  readonly left: (rows: number, kind: ProgressEvent['total_kind']) => void;
  /** How many entities are to be brought through by the plan: what is not done of them yet is not attempted yet. */
  readonly plan: (entities: number) => void;
  /** More was found to do than was known. */
  readonly more: (rows: number) => void;
  /** Does work that as much again will follow: what it says is left is not the end, and each row is half done by it. */
  readonly asMuchAgain: <T>(work: () => Promise<T>) => Promise<T>;
  /** Rows that were brought through, or halves of them. */
  readonly advance: (rows: number, tally?: Partial<Tally>) => void;
  readonly time: <T>(phase: Phase, work: () => Promise<T>) => Promise<T>;
  /** Shows a phase whose time is kept elsewhere, and takes this dataset's share of it. */
  readonly enter: (phase: Phase) => void;
  readonly spend: (phase: Phase, ms: number) => void;
  /** Replaces the live counts by the final ones; differences are those that a verification of its own found. */
  readonly settle: (counts: Counts, differences?: number) => void;
  readonly snapshot: () => ProgressEvent;
  /** Emits at once; complete says that the verification ended. */
  readonly flush: (complete: boolean) => void;
  /** Milliseconds since rows last moved. */
  readonly idleMs: () => number;
}

/**
 * done never goes down, nor does its share of the total: where there turns out to be more to do, the total grows only as fast as
 * what is done. It stays below the total until the verification ended, so that 100 % is never shown too early; nothing to do has a
 * total of 0.
 * @param listener gets at most ten events a second
 * @param now milliseconds since 1970
 * @param elapsed milliseconds of a clock that nobody sets, for what steps take
 */
export function trackProgress(
  run: string,
  dataset: string,
  listener: EngineListener,
  now: () => number = Date.now,
  elapsed: () => number = () => performance.now(),
): ProgressTracker {
  const phasesMs: Partial<Record<Phase, number>> = {};
  let window: { at: number; done: number }[] = [];
  let counts = noCounts();
  let planned = 0;
  let settled = false;
  /** Time of its own work, that of the step under way among it. */
  let spentMs = 0;
  const since: number[] = [];
  let phase: Phase = 'connect';
  let done = 0;
  let total: number | null = null;
  let shown: { readonly done: number; readonly total: number } | null = null;
  let factor = 1;
  /** What a row counts for: half where all is gone through twice. */
  let worth = 1;
  let differences: number | undefined;
  let totalKind: ProgressEvent['total_kind'] = 'unknown';
  let complete = false;
  let lastEmit = 0;
  let lastMove = now();

  const rate = (): number | null => {
    const first = window[0];
    const last = window.at(-1);
    if (first === undefined || last === undefined) return null;
    // What stands still gets slower.
    const until = Math.max(last.at, now());
    return until <= first.at ? null : ((last.done - first.done) / (until - first.at)) * 1000;
  };
  /** The total as it is shown, and what it is worth. */
  const totalShown = (whole: number): { total: number | null; kind: ProgressEvent['total_kind'] } => {
    if (complete && totalKind !== 'unknown') return { total: whole, kind: 'exact' };
    if (total === null || (totalKind === 'estimated' && done > total * tolerance))
      return { total: null, kind: 'unknown' };
    if (total === 0 && whole === 0) return { total: 0, kind: totalKind };
    const share = shown === null || shown.total === 0 ? 0 : shown.done / shown.total;
    const most = share > 0 ? whole / share : Infinity;
    return { total: Math.max(Math.floor(Math.min(Math.ceil(total), most)), whole + 1), kind: totalKind };
  };
  const snapshot = (): ProgressEvent => {
    const whole = Math.floor(done);
    const { total: most, kind } = totalShown(whole);
    const perSecond = rate();
    const rest = most === null || total === null ? null : Math.max(total - done, 0);
    return {
      type: 'progress',
      run,
      dataset,
      phase,
      done: whole,
      total: most,
      total_kind: kind,
      rate: perSecond,
      eta_s: complete || rest === null || perSecond === null || perSecond <= 0 ? null : rest / perSecond,
      spent_ms: Math.round(spentMs + since.reduce((sum, start) => sum + elapsed() - start, 0)),
      counts: settled ? counts : withPlan(counts, planned),
      ...(differences === undefined ? {} : { differences }),
      at: new Date(now()).toISOString(),
    };
  };
  const enter = (name: Phase): void => {
    if (name === phase) return;
    phase = name;
    emit(false);
  };
  const spend = (name: Phase, ms: number): void => {
    phasesMs[name] = (phasesMs[name] ?? 0) + ms;
    spentMs += ms;
  };
  const emit = (force: boolean): void => {
    const at = now();
    if (!force && at - lastEmit < emitEveryMs) return;
    lastEmit = at;
    const event = snapshot();
    if (event.total !== null) shown = { done: event.done, total: event.total };
    listener(event);
  };

  return {
    phasesMs,
    left(rows, kind) {
      total = kind === 'unknown' ? null : done + rows * worth * factor;
      totalKind = kind;
      if (window.length === 0) window.push({ at: now(), done });
      emit(false);
    },
    plan(entities) {
      planned = entities;
      emit(false);
    },
    more(rows) {
      if (total !== null) total += rows * worth;
    },
    async asMuchAgain(work) {
      const before = done;
      factor = 2;
      worth = 0.5;
      try {
        return await work();
      } finally {
        factor = 1;
        if (done === before) worth = 1;
      }
    },
    advance(rows, tally) {
      const at = now();
      done += Math.max(0, rows) * worth;
      lastMove = at;
      if (tally !== undefined) counts = withTally(counts, tally);
      window.push({ at, done });
      while (window.length > 2 && at - (window[0]?.at ?? at) > rateWindowMs) window.shift();
      emit(false);
    },
    async time(name, work) {
      const start = elapsed();
      // What others did meanwhile says nothing of how fast this dataset is.
      if (now() - lastMove > rateWindowMs) window = [{ at: now(), done }];
      since.push(start);
      enter(name);
      try {
        return await work();
      } finally {
        since.pop();
        spend(name, elapsed() - start);
      }
    },
    enter,
    spend,
    settle(final, found) {
      counts = final;
      settled = true;
      differences = found;
    },
    snapshot,
    flush(isComplete) {
      // The end was told when it came.
      if (isComplete && complete) return;
      complete ||= isComplete;
      // Nothing differed, so nothing was gone through twice, though that was to be expected.
      if (isComplete) done = Math.max(done, broughtThrough(counts) + (differences ?? 0));
      emit(true);
    },
    idleMs: () => now() - lastMove,
  };
}

/** Does work that several datasets wait for; each is charged an equal share of the time, so that all shares add up to it. */
export async function timeTogether<T>(
  trackers: readonly ProgressTracker[],
  phase: Phase,
  work: () => Promise<T>,
): Promise<T> {
  for (const tracker of trackers) tracker.enter(phase);
  const start = performance.now();
  try {
    return await work();
  } finally {
    const share = (performance.now() - start) / trackers.length;
    for (const tracker of trackers) tracker.spend(phase, share);
  }
}

function broughtThrough({ inserted, updated, deleted, skipped, failed, conflicted, unchanged }: Counts): number {
  return inserted + updated + deleted + skipped + failed + conflicted + unchanged;
}

/** The same with what is planned and has not happened yet. */
function withPlan(counts: Counts, planned: number): Counts {
  const left = planned - counts.planned;
  return left <= 0 ? counts : { ...counts, planned, not_attempted: counts.not_attempted + left };
}

/** Live counts: what has happened so far is planned and done. */
function withTally(counts: Counts, tally: Partial<Tally>): Counts {
  const add = { inserted: 0, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0, ...tally };
  return {
    ...counts,
    planned: counts.planned + add.inserted + add.updated + add.deleted + add.skipped + add.failed,
    inserted: counts.inserted + add.inserted,
    updated: counts.updated + add.updated,
    deleted: counts.deleted + add.deleted,
    unchanged: counts.unchanged + add.unchanged,
    skipped: counts.skipped + add.skipped,
    failed: counts.failed + add.failed,
  };
}
