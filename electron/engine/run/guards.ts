import { counted, grouped } from '../../../shared/format-number';
import type { Environment } from '../connect/environment';
import { SyncError } from '../errors';

/** Deletes above both of these are withheld until somebody approves them. */
const deleteGuard = { rows: 10, share: 0.1 } as const;

/** How the reason ends where all rows of a target would be deleted; jobs keep it. */
export const emptySourceWords = 'as if the source were empty';

/** How many deletes a run may make, decided before the first one. */
export interface DeleteDecision {
  readonly allowed: boolean;
  /** Why not, in words for the job and the screen. */
  readonly reason: string | null;
}

/** What the operator, or a stored plan, allows for one dataset. */
export interface Allowance {
  readonly deletes: number | 'all' | undefined;
  /** What a stored plan counted: never more than that. */
  readonly plannedDeletes?: number | undefined;
  readonly emptySource: boolean;
}

/** What is withheld, and by which guard. */
export interface Withholding {
  readonly by: 'delete_guard' | 'empty_source';
  readonly reason: string;
}

/**
 * What a run withholds of its deletes, and a plan foretells: null where all of them go ahead.
 * @param deletes how many entities would be deleted or marked
 * @param targetRows how many entities the target holds
 */
export function withholdingOf(deletes: number, targetRows: number, allowance: Allowance): Withholding | null {
  if (deletes === 0) return null;
  const all = deletes === targetRows;
  if (all && !allowance.emptySource) {
    const reason = `all ${counted(targetRows, 'row')} of the target would go, ${emptySourceWords}`;
    return { by: 'empty_source', reason };
  }
  const approved = allowance.emptySource && all ? 'all' : allowance.deletes;
  const decision = decideDeletes(deletes, targetRows, approved, allowance.plannedDeletes);
  return decision.allowed ? null : { by: 'delete_guard', reason: decision.reason ?? 'withheld' };
}

/**
 * Decides whether a dataset's deletes go ahead. A stored plan is a ceiling, never an approval: what is above the guard has to be
 * approved by number even where the plan showed it.
 * @param deletes how many entities would be deleted or marked
 * @param targetRows how many entities the target holds
 * @param approved the operator's approval; undefined where nobody approved anything
 * @param ceiling what the stored plan counted; undefined without a plan
 */
export function decideDeletes(
  deletes: number,
  targetRows: number,
  approved: number | 'all' | undefined,
  ceiling?: number,
): DeleteDecision {
  if (ceiling !== undefined && deletes > ceiling)
    return withheld(`${counted(deletes, 'delete')}, ${grouped(ceiling)} planned`);
  if (deletes === 0 || approved === 'all') return allowed;
  if (approved !== undefined) {
    return deletes <= approved ? allowed : withheld(`${counted(deletes, 'delete')}, ${grouped(approved)} approved`);
  }
  if (deletes <= deleteGuard.rows || deletes <= deleteGuard.share * targetRows) return allowed;
  return withheld(
    `${counted(deletes, 'delete')} of ${counted(targetRows, 'row')} are above ${String(deleteGuard.rows)} rows and ${String(deleteGuard.share * 100)} %`,
  );
}

const allowed: DeleteDecision = { allowed: true, reason: null };

function withheld(reason: string): DeleteDecision {
  return { allowed: false, reason };
}

/** True where a count is so far above the planned one that the plan no longer says what happens. */
export function exceedsPlan(actual: number, planned: number): boolean {
  return actual > planned + Math.max(deleteGuard.rows, planned * deleteGuard.share);
}

/**
 * Refuses to write anything through a read-only environment.
 * @throws SyncError READ_ONLY
 */
export function assertNotReadOnly(environment: Environment): void {
  if (!environment.readOnly) return;
  throw new SyncError('READ_ONLY', `Environment "${environment.name}" is read-only; nothing was written`, {
    hint: 'Use plan or verify, or an environment file without read_only.',
  });
}

/**
 * Refuses to write through a read-only environment, or to production without its name.
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT
 */
export function assertMayWrite(environment: Environment, confirm: string | undefined): void {
  assertNotReadOnly(environment);
  if (environment.level === 'production' && confirm !== environment.name) {
    throw new SyncError(
      'CONFIRM_ENVIRONMENT',
      confirm === undefined
        ? `"${environment.name}" is production; its name must be given to write there`
        : `"${confirm}" is not the name of this production environment`,
      { hint: `Give --confirm ${environment.name} if that is what you mean.` },
    );
  }
}
