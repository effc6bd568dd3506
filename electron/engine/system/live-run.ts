import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Mode, RunStatus } from '../../../shared/engine/documents';
import type { PostgresDatabase } from '../connect/postgres';
import { SyncError } from '../errors';
import type { RowError } from '../run/driver';
import { acquireLease, releaseLease, withClaimLock } from './lease';
import { updateRunDataset } from './run-dataset';
import type { DatasetRecord } from './run-dataset';
import { writeEvents, writeRowErrors } from './run-log';
import type { RunEvent } from './run-log';
import { openSession, runLock, uninstallLock } from './session';
import type { LiveSession } from './session';

/** Who runs what, from where. */
export interface RunFacts {
  readonly kind: 'run' | 'plan' | 'verify';
  readonly mode: Mode;
  readonly operator: string;
  readonly host: string;
  readonly application: string;
  readonly environment: string;
  /** In the order in which they run. */
  readonly datasets: readonly string[];
  readonly planId?: string;
}

/** A run as SystemDB knows it, while it lives. Batches what it writes; `finish` writes all that is left. */
export interface LiveRun {
  readonly runId: string;
  /** Aborted when somebody asked for it in SystemDB (CANCELLED, seen within a second) or SystemDB is lost (CONNECTION_LOST). */
  readonly signal: AbortSignal;
  status(status: RunStatus): Promise<void>;
  dataset(name: string, record: DatasetRecord): Promise<void>;
  log(dataset: string | null, level: RunEvent['level'], message: string, details?: Record<string, unknown>): void;
  rowError(error: RowError): void;
  /** Makes this run the one writer of a target, until it ends; again where it is already. @throws SyncError LEASE_HELD */
  lease(dataset: string, targetIdentity: string): Promise<void>;
  /** Takes several leases with no other run doing so at the same time: of two runs that begin together, one gets them all. */
  claiming(work: () => Promise<void>): Promise<void>;
  /** Ends the run: the last word about it, its leases given back, its connection closed. */
  finish(status: RunStatus, error: SyncError | null): Promise<void>;
}

const beatMs = 1000;
const flushMs = 300;

/** Creates a run in SystemDB and keeps it alive. @throws what connecting throws */
export async function startRun(system: PostgresDatabase, facts: RunFacts, stop?: AbortSignal): Promise<LiveRun> {
  const runId = randomUUID();
  const cancelled = new AbortController();
  const stopped = stop === undefined ? cancelled.signal : AbortSignal.any([cancelled.signal, stop]);
  // Each statement listens.
  setMaxListeners(0, stopped);
  const session = await openSession(system, stopped);
  try {
    await session.query(`SELECT pg_advisory_lock(${runLock('$1::text')})`, [runId]);
    await insertRun(session, runId, facts);
  } catch (error) {
    await session.close();
    throw error;
  }
  const leases: string[] = [];
  let events: RunEvent[] = [];
  let errors: RowError[] = [];
  let progress = new Map<string, DatasetRecord>();

  const flush = async (): Promise<void> => {
    const some = { events, errors, progress };
    events = [];
    errors = [];
    progress = new Map<string, DatasetRecord>();
    if (some.events.length > 0) await writeEvents(session, runId, some.events);
    if (some.errors.length > 0) await writeRowErrors(session, runId, some.errors);
    for (const [name, record] of some.progress) await updateRunDataset(session, runId, name, record);
  };
  const beat = async (): Promise<void> => {
    const [row] = await session.query<{ by: string | null; cancel: boolean }>(
      `UPDATE astro_sync.run SET heartbeat = now() WHERE id = $1
       RETURNING cancel_requested_at IS NOT NULL AS cancel, cancel_requested_by AS by`,
      [runId],
    );
    if (row?.cancel === true && !cancelled.signal.aborted) {
      cancelled.abort(new SyncError('CANCELLED', `The run was cancelled by ${row.by ?? 'somebody'}`));
    }
  };
  // A tick that fails has lost the session; its signal says so.
  const beating = setInterval(() => void beat().catch(() => undefined), beatMs);
  const flushing = setInterval(() => void flush().catch(() => undefined), flushMs);
  beating.unref();
  flushing.unref();

  return {
    runId,
    signal: AbortSignal.any([cancelled.signal, session.lost]),
    async status(status) {
      await session.query('UPDATE astro_sync.run SET status = $2 WHERE id = $1', [runId, status]);
    },
    async dataset(name, record) {
      const { progress: next, ...rest } = record;
      const soon = { ...progress.get(name), ...record };
      if (
        next !== undefined &&
        Object.keys(rest).every((field) => ['counts', 'phasesMs', 'durationMs'].includes(field))
      ) {
        progress.set(name, soon);
        return;
      }
      progress.delete(name);
      await updateRunDataset(session, runId, name, soon);
    },
    log: (dataset, level, message, details) =>
      void events.push({ dataset, level, message, details: details ?? null, at: new Date() }),
    rowError: (error) => void errors.push(error),
    async lease(dataset, targetIdentity) {
      if (leases.includes(targetIdentity)) return;
      const { operator, host } = facts;
      await acquireLease(session, { targetIdentity, dataset, runId, operator, host, pid: process.pid });
      leases.push(targetIdentity);
    },
    claiming: (work) => withClaimLock(session, work),
    async finish(status, error) {
      clearInterval(beating);
      clearInterval(flushing);
      try {
        await flush();
        const askedBy = await endRun(session, runId, status, error);
        if (askedBy !== null && status !== 'cancelled') {
          const message = `${askedBy} asked to cancel it, but it was already at its end: it ${pastOf[status] ?? 'ended'}`;
          await writeEvents(session, runId, [{ dataset: null, level: 'info', message, details: null, at: new Date() }]);
        }
        for (const identity of leases) await releaseLease(session, identity, runId);
      } finally {
        await session.close();
      }
    },
  };
}

/** Waits for an uninstall that is under way; whichever begins next sees the run. */
async function insertRun(session: LiveSession, runId: string, facts: RunFacts): Promise<void> {
  await session.query(
    `WITH free AS (
       SELECT pg_advisory_xact_lock_shared(${uninstallLock})
     ), created AS (
       INSERT INTO astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, plan_id)
       SELECT $1::uuid, $2, $3, 'queued', $4, $5, $6::int, $7, $8, $9::uuid FROM free RETURNING id
     )
     INSERT INTO astro_sync.run_dataset (run_id, dataset, position)
     SELECT created.id, d.name, d.position FROM created, unnest($10::text[]) WITH ORDINALITY AS d(name, position)`,
    [
      runId,
      facts.kind,
      facts.mode,
      facts.operator,
      facts.host,
      process.pid,
      facts.application,
      facts.environment,
      facts.planId ?? null,
      facts.datasets,
    ],
  );
}

const pastOf: Readonly<Partial<Record<RunStatus, string>>> = {
  succeeded: 'succeeded',
  partial: 'ended as partial',
  failed: 'failed',
};

/** Ends the run; gives who asked to cancel it, null where nobody did. After it nobody can any more. */
async function endRun(
  session: LiveSession,
  runId: string,
  status: RunStatus,
  error: SyncError | null,
): Promise<string | null> {
  const document =
    error === null ? null : JSON.stringify({ code: error.code, message: error.message, hint: error.hint });
  const [row] = await session.query<{ asked: string | null }>(
    `WITH ended AS (
       UPDATE astro_sync.run SET status = $2, ended_at = now(), error = $3 WHERE id = $1 RETURNING id, cancel_requested_at, cancel_requested_by
     ), datasets AS (
       UPDATE astro_sync.run_dataset d SET ended_at = now(),
         status = CASE WHEN d.status IN ('queued', 'planning', 'running', 'verifying') THEN $2 ELSE d.status END
       FROM ended WHERE d.run_id = ended.id AND d.ended_at IS NULL
     )
     SELECT CASE WHEN cancel_requested_at IS NOT NULL THEN coalesce(cancel_requested_by, 'somebody') END AS asked FROM ended`,
    [runId, status, document],
  );
  return row?.asked ?? null;
}
