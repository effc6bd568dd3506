import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { runStatuses } from '../../../shared/engine/documents';
import type { Mode, RunStatus } from '../../../shared/engine/documents';
import type { EngineEvent, EngineListener } from '../../../shared/engine/events';
import type { PostgresDatabase } from '../connect/postgres';
import { orCancelled } from '../cancelled';
import { redact } from '../connect/secrets';
import { SyncError } from '../errors';
import { startRun } from '../system/live-run';
import type { LiveRun } from '../system/live-run';
import type { DatasetRecord } from '../system/run-dataset';

export interface RecorderOptions {
  readonly system: PostgresDatabase;
  readonly kind: 'plan' | 'run' | 'verify';
  readonly mode: Mode;
  readonly datasets: readonly string[];
  readonly operator: string;
  readonly host: string;
  readonly application: string;
  readonly environment: string;
  readonly planId?: string;
  readonly listener: EngineListener;
  readonly signal?: AbortSignal | undefined;
}

/** A run's record in SystemDB that also tells the host what happens, and listens to the host's own cancel. */
export interface RunRecorder extends LiveRun {
  /** Hands events to the host, and progress to the record. */
  readonly listener: EngineListener;
}

/**
 * Begins the record of a run.
 * @throws SyncError of connecting to SystemDB
 */
export async function openRecorder(options: RecorderOptions): Promise<RunRecorder> {
  const caller = callerSignal(options);
  const live = await startRun(options.system, options, caller.signal).catch((error: unknown) => {
    caller.dispose();
    throw orCancelled(caller.signal, error);
  });
  const { runId } = live;
  const now = (): string => new Date().toISOString();
  const listener = (event: EngineEvent): void => {
    options.listener(event);
    if (event.type !== 'progress') return;
    const { phase, done, total, total_kind, counts, spent_ms: durationMs } = event;
    // The record is of history; a moment of progress that cannot be saved costs nothing.
    const record = {
      counts,
      progress: { phase, done, total, total_kind },
      ...(durationMs === undefined ? {} : { durationMs }),
    };
    void live.dataset(event.dataset, record).catch(() => undefined);
  };
  const signal = AbortSignal.any([live.signal, caller.signal]);
  // Each dataset of the run listens: Node would warn of a leak from the eleventh on.
  setMaxListeners(0, signal);
  return {
    ...live,
    signal,
    listener,
    async status(status) {
      listener({ type: 'status', run: runId, dataset: null, status, at: now() });
      // Where SystemDB is lost, the signal stops the run; what it has done is still to be told.
      await live.status(status).catch(() => undefined);
    },
    async dataset(name, record) {
      try {
        await live.dataset(name, record);
      } finally {
        const status = statusOf(record);
        if (status !== null) listener({ type: 'status', run: runId, dataset: name, status, at: now() });
      }
    },
    log(dataset, level, message, details) {
      const text = redact(message);
      live.log(dataset, level, text, details);
      listener({ type: 'log', run: runId, dataset, level, message: text, ...(details && { details }), at: now() });
    },
    async finish(status, error) {
      try {
        await live.finish(status, error);
      } finally {
        caller.dispose();
        listener({ type: 'status', run: runId, dataset: null, status, at: now() });
      }
    },
  };
}

/**
 * The same for an environment through which nothing is written: the host is told, SystemDB is not.
 */
export function quietRecorder(options: Pick<RecorderOptions, 'operator' | 'listener' | 'signal'>): RunRecorder {
  const runId = randomUUID();
  const caller = callerSignal(options);
  const at = (): string => new Date().toISOString();
  const told = (status: RunStatus): Promise<void> => {
    options.listener({ type: 'status', run: runId, dataset: null, status, at: at() });
    return Promise.resolve();
  };
  return {
    runId,
    signal: caller.signal,
    listener: options.listener,
    status: told,
    dataset(name, record) {
      const status = statusOf(record);
      if (status !== null) options.listener({ type: 'status', run: runId, dataset: name, status, at: at() });
      return Promise.resolve();
    },
    log(dataset, level, message, details) {
      const text = redact(message);
      options.listener({
        type: 'log',
        run: runId,
        dataset,
        level,
        message: text,
        ...(details && { details }),
        at: at(),
      });
    },
    rowError: () => undefined,
    lease: (dataset) =>
      Promise.reject(new SyncError('READ_ONLY', `Dataset "${dataset}" is not written through a read-only environment`)),
    claiming: (work) => work(),
    finish(status) {
      caller.dispose();
      return told(status);
    },
  };
}

/** The status that a change of a dataset's record brings, where it brings one. */
function statusOf({ status }: DatasetRecord): RunStatus | null {
  return runStatuses.find((known) => known === status) ?? null;
}

/** The caller's wish to stop as an abort with a typed reason. */
function callerSignal(options: Pick<RecorderOptions, 'operator' | 'signal'>): {
  readonly signal: AbortSignal;
  dispose(): void;
} {
  const controller = new AbortController();
  const onAbort = (): void => {
    controller.abort(
      new SyncError('CANCELLED', `The run was cancelled by ${options.operator}`, {
        hint: 'What was applied stays; the rest is still pending.',
      }),
    );
  };
  if (options.signal?.aborted === true) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    dispose: () => options.signal?.removeEventListener('abort', onAbort),
  };
}
