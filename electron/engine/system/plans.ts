import type { Client } from 'pg';
import type { Mode } from '../../../shared/engine/documents';
import { SyncError } from '../errors';
import { wholeId } from './id-beginning';
import { isoTime } from './iso-time';

/** A plan as it is kept; what a dataset's part holds is the planner's business. */
export interface StoredPlan<Part> {
  readonly id: string;
  readonly environment: string;
  readonly operator: string;
  readonly mode: Mode;
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly datasets: readonly Part[];
  readonly usedByRun: string | null;
  /** By SystemDB's clock, when it was loaded. */
  readonly expired: boolean;
}

/** Keeps a plan for an hour. Gives when it expires (ISO). */
export async function storePlan<Part>(
  system: Client,
  plan: Pick<StoredPlan<Part>, 'id' | 'environment' | 'operator' | 'mode' | 'fingerprint' | 'datasets'>,
): Promise<string> {
  const { rows } = await system.query<{ expires: string }>(
    `INSERT INTO astro_sync.plan (id, environment, operator, mode, fingerprint, expires_at, datasets)
     VALUES ($1, $2, $3, $4, $5, now() + interval '1 hour', $6) RETURNING ${isoTime('expires_at')} AS expires`,
    [plan.id, plan.environment, plan.operator, plan.mode, plan.fingerprint, JSON.stringify(plan.datasets)],
  );
  return rows[0]?.expires ?? '';
}

/** @param id or its first 6 or more characters @throws SyncError PLAN_UNKNOWN, USAGE where several plans begin so */
export async function loadPlan<Part>(system: Client, id: string): Promise<StoredPlan<Part>> {
  const { rows } = await system.query<StoredPlan<Part>>(
    `SELECT id, environment, operator, mode, fingerprint, ${isoTime('created_at')} AS "createdAt", ${isoTime('expires_at')} AS "expiresAt",
       datasets, used_by_run AS "usedByRun", expires_at <= now() AS expired
     FROM astro_sync.plan WHERE id::text = $1`,
    [await wholeId(system, 'plan', id)],
  );
  const plan = rows[0];
  if (plan !== undefined) return plan;
  throw new SyncError('PLAN_UNKNOWN', `There is no plan ${id}`, {
    hint: 'Make one with "astro-sync plan".',
    details: { plan: id },
  });
}

/**
 * Takes a plan for a run: once only, and only while it is fresh by SystemDB's clock; two runs at once cannot both have it.
 * @throws SyncError PLAN_UNKNOWN, PLAN_USED, PLAN_EXPIRED
 */
export async function takePlan(system: Client, id: string, runId: string): Promise<void> {
  const { rowCount } = await system.query(
    `UPDATE astro_sync.plan SET used_by_run = $2, used_at = now() WHERE id::text = $1 AND used_by_run IS NULL AND expires_at > now()`,
    [id, runId],
  );
  if (rowCount === 1) return;
  refuseSpent(await loadPlan(system, id));
  throw new SyncError('PLAN_EXPIRED', `Plan ${id} cannot be run any more`, { hint, details: { plan: id } });
}

const hint = 'Make a new one with "astro-sync plan".';

/** @throws SyncError PLAN_USED, PLAN_EXPIRED */
export function refuseSpent({ id, usedByRun, expired, expiresAt }: StoredPlan<unknown>): void {
  if (usedByRun !== null) {
    throw new SyncError('PLAN_USED', `Plan ${id} was used by run ${usedByRun}`, {
      hint,
      details: { plan: id, run: usedByRun },
    });
  }
  if (expired) {
    throw new SyncError('PLAN_EXPIRED', `Plan ${id} expired at ${expiresAt}`, {
      hint,
      details: { plan: id, expired: expiresAt },
    });
  }
}
