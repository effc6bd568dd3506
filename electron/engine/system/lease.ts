import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { SyncError } from '../errors';
import { isoTime } from './iso-time';
import type { LiveSession } from './session';

export interface LeaseRequest {
  readonly targetIdentity: string;
  readonly dataset: string;
  readonly runId: string;
  readonly operator: string;
  readonly host: string;
  readonly pid: number;
}

interface Holder {
  readonly dataset: string;
  readonly run_id: string;
  readonly operator: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

const lock = `hashtextextended('astro_sync lease ' || $1, 0)`;

/**
 * Makes a run the one writer of a target, by an advisory lock of its session: a program that is killed frees it at once. The row
 * only says who. The fence in the target is what decides.
 * @throws SyncError LEASE_HELD naming who holds it and since when
 */
export async function acquireLease(session: LiveSession, request: LeaseRequest): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const [got] = await session.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${lock}) AS locked`, [
      request.targetIdentity,
    ]);
    if (got?.locked === true) break;
    const [holder] = await session.query<Holder>(
      `SELECT dataset, run_id, operator, host, pid, ${isoTime('since')} AS since FROM astro_sync.lease WHERE target_identity = $1`,
      [request.targetIdentity],
    );
    // Between the lock and the row of whoever took it lies a moment.
    if (holder === undefined && attempt < 10) await sleep(50);
    else throw leaseHeld(request, holder);
  }
  await session.query(
    `INSERT INTO astro_sync.lease (target_identity, dataset, run_id, operator, host, pid, since) VALUES ($1, $2, $3, $4, $5, $6, now())
     ON CONFLICT (target_identity) DO UPDATE SET dataset = excluded.dataset, run_id = excluded.run_id,
       operator = excluded.operator, host = excluded.host, pid = excluded.pid, since = excluded.since`,
    [request.targetIdentity, request.dataset, request.runId, request.operator, request.host, request.pid],
  );
}

const claimLock = `hashtextextended('astro_sync claim', 0)`;
const claimWaitMs = 5000;

/**
 * Runs work while no other run of this SystemDB is between its first and its last lease. Whoever claims for longer than five seconds,
 * since one of its servers does not answer, is waited for no longer: then each lease is taken as it comes.
 */
export async function withClaimLock(session: LiveSession, work: () => Promise<void>): Promise<void> {
  const until = performance.now() + claimWaitMs;
  // Asked for again and again instead of waited for: the run's heart beats on the same session.
  let locked = await tryLock(session);
  while (!locked && performance.now() < until) {
    await sleep(50);
    locked = await tryLock(session);
  }
  try {
    await work();
  } finally {
    if (locked) await session.query(`SELECT pg_advisory_unlock(${claimLock})`);
  }
}

async function tryLock(session: LiveSession): Promise<boolean> {
  const [got] = await session.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${claimLock}) AS locked`);
  return got?.locked === true;
}

/** Gives a lease back before the session ends. */
export async function releaseLease(session: LiveSession, targetIdentity: string, runId: string): Promise<void> {
  await session.query('DELETE FROM astro_sync.lease WHERE target_identity = $1 AND run_id = $2', [
    targetIdentity,
    runId,
  ]);
  await session.query(`SELECT pg_advisory_unlock(${lock})`, [targetIdentity]);
}

/**
 * Lets no run begin to write a target until this transaction ends, and refuses where one does already.
 * @throws SyncError LEASE_HELD naming who holds it and since when
 */
export async function keepRunsOut(transaction: Client, datasets: readonly string[]): Promise<void> {
  await transaction.query('LOCK TABLE astro_sync.lease IN SHARE MODE');
  const { rows } = await transaction.query<Holder>(
    `SELECT dataset, run_id, operator, host, pid, ${isoTime('since')} AS since FROM astro_sync.lease
     WHERE dataset = ANY ($1::text[]) ORDER BY since LIMIT 1`,
    [datasets],
  );
  const [holder] = rows;
  if (holder !== undefined) throw leaseHeld(holder, holder);
}

function leaseHeld(request: Pick<LeaseRequest, 'dataset'>, holder: Holder | undefined): SyncError {
  const who =
    holder === undefined
      ? 'another run'
      : `${holder.operator} on ${holder.host} (pid ${String(holder.pid)}, run ${holder.run_id}) since ${holder.since}`;
  return new SyncError('LEASE_HELD', `Dataset "${request.dataset}": its target is being written by ${who}`, {
    hint: 'Wait for that run, or cancel it with "astro-sync cancel".',
    retryable: true,
    details: { dataset: request.dataset, ...holder },
  });
}
