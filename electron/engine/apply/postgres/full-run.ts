import { differingSpans } from '../../compare/differing-spans';
import type { Verdict } from '../../compare/differing-spans';
import type { Policy } from '../../compare/policy';
import { isDataError } from '../../compare/server-errors';
import type { Span } from '../../compare/span';
import { postgresTarget } from '../../dataset/projection';
import type { Tally } from '../../run/driver';
import { passProgress } from '../pass-progress';
import { ahead } from './ahead';
import { applyCarefully, applySpan } from './apply-span';
import type { Applied } from './apply-span';
import { throwIfCancelled } from '../../cancelled';
import { rememberUnstaged } from './deletes';
import { fillSpan } from './row-source';
import { followSequences } from './sequences';
import type { Session } from './session';

export function noTally(): Tally {
  return { inserted: 0, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0 };
}

export function addTo(sum: Tally, part: Partial<Tally>): void {
  for (const name of Object.keys(part) as (keyof Tally)[]) sum[name] += part[name] ?? 0;
}

/**
 * Brings all of the target to the projection of the source, span by span: what is equal costs its hash, what the target does not
 * hold is copied straight in, of the rest the buckets that differ are staged and merged. Remembers the deletes that it finds.
 * The next span is compared while one is written.
 */
export async function upsertAll(session: Session): Promise<Tally> {
  const { context, policy } = session;
  const total = noTally();
  session.compared = [];
  const comparison = await context.time('connect', async () => {
    await session.writer();
    return session.comparison();
  });
  const progress = passProgress(context.progress, policy.dataset);
  let owed = 0;
  const verdicts = ahead(differingSpans(comparison));
  try {
    for (;;) {
      throwIfCancelled(context.signal);
      const next = await context.time('plan', () => verdicts.next());
      if (next.done === true) break;
      const verdict = next.value;
      const tally = await context.time('apply', () => apply(session, verdict));
      const touched = verdict.state !== 'equal';
      const rows = sumOf(tally);
      session.compared.push({ span: verdict.span, source: verdict.source, rows, touched });
      addTo(total, tally);
      if (touched) owed += rows;
      progress.seen(rows, owed, tally);
    }
  } finally {
    await verdicts.return(undefined);
  }
  progress.ended();
  // Also where nothing came in: an earlier run may have had no right to move a sequence.
  await context.time('apply', () => followSequences(session));
  return total;
}

function sumOf({ inserted = 0, updated = 0, unchanged = 0, skipped = 0, failed = 0 }: Partial<Tally>): number {
  return inserted + updated + unchanged + skipped + failed;
}

async function apply(session: Session, verdict: Verdict): Promise<Partial<Tally>> {
  const { policy } = session;
  switch (verdict.state) {
    case 'equal':
      return { unchanged: verdict.source.rows };
    case 'empty':
      // COPY does not say which rows a trigger kept out.
      if (policy.write === 'update' || mayKeepOut(policy)) return merge(session, verdict.span, 0);
      return fill(session, verdict.span);
    case 'unreadable':
      return mergeUnreadable(session, verdict.span);
    case 'differs': {
      const sum = noTally();
      sum.unchanged = verdict.source.rows;
      for (const part of verdict.parts) {
        const tally = await merge(session, part.span, part.targetRows);
        sum.unchanged -= part.sourceRows;
        addTo(sum, tally);
      }
      return sum;
    }
  }
}

function mayKeepOut({ dataset }: Policy): boolean {
  return postgresTarget(dataset).table.beforeTriggers.insert;
}

/** COPY straight into the target; where a row is refused, the span is merged like any other. */
async function fill(session: Session, span: Span): Promise<Partial<Tally>> {
  const { connections, policy, transaction } = session;
  try {
    const inserted = await transaction((writer) => fillSpan(connections, writer, policy.dataset, span));
    session.inserted ||= inserted > 0;
    return { inserted };
  } catch (error) {
    if (!isDataError(error)) throw error;
    return tallyOf(await applyCarefully(session, span));
  }
}

/**
 * Merges the rows of a span and remembers those that only the target has. As many rows of the target met as it held: none is
 * left over, and none need be looked for.
 */
async function merge(session: Session, span: Span, targetRows: number): Promise<Partial<Tally>> {
  const { policy } = session;
  let found = 0;
  const applied = await applySpan(session, span, {
    after: async (writer, merged, staged) => {
      if (policy.onDelete === 'keep') return;
      const met = staged !== null && policy.write === 'upsert' && policy.mark === null ? staged - merged.inserted : -1;
      if (met !== targetRows) found = await rememberUnstaged(writer, policy, span);
    },
  });
  session.holdsWork ||= found > 0;
  return tallyOf(applied);
}

async function mergeUnreadable(session: Session, span: Span): Promise<Partial<Tally>> {
  const { policy } = session;
  const applied = await applyCarefully(session, span, {
    after: async (writer) => {
      if (policy.onDelete !== 'keep') await rememberUnstaged(writer, policy, span);
    },
  });
  return tallyOf(applied);
}

function tallyOf({ merged, rows, failed, aside }: Applied): Partial<Tally> {
  const written = merged.inserted + merged.updated + merged.skipped;
  return { ...merged, failed: failed.length, unchanged: Math.max(rows - written - failed.length - aside, 0) };
}
