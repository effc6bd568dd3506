import type { Client } from 'pg';
import { isDataError } from '../../compare/server-errors';
import type { Span } from '../../compare/span';
import type { RowError } from '../../run/driver';
import { countAside } from './aside';
import { mergeCarefully } from './careful-merge';
import { countDeletes } from './deletes';
import { mergeStage, nearTo } from './merge';
import type { MergePart, Merged } from './merge';
import type { Session } from './session';

/** What became of the rows of a span. */
export interface Applied {
  readonly merged: Merged;
  /** Rows that the source has there. */
  readonly rows: number;
  readonly failed: readonly RowError[];
  /** How many wait for a parent, a unique value or a delete. */
  readonly aside: number;
}

export interface ApplySteps {
  /** Before anything else in the transaction. */
  readonly first?: (writer: Client) => Promise<void>;
  /** Looks at the staged rows before any is written. */
  readonly before?: (writer: Client, careful: boolean) => Promise<void>;
  /** Is told the keys of the rows that were written, unless the careful way was taken. */
  readonly onWritten?: NonNullable<MergePart['onWritten']>;
  /** After the merge, in the same transaction; the stage then still holds what was merged. staged is null where the careful way was taken. */
  readonly after?: (writer: Client, merged: Merged, staged: number | null) => Promise<void>;
}

/**
 * Stages the source's rows of a span and merges them, in one transaction. Where the data refuses that, nothing of it was written,
 * and the careful way is taken in another.
 */
export async function applySpan(session: Session, span: Span, steps: ApplySteps = {}): Promise<Applied> {
  const { policy, rows, transaction } = session;
  try {
    const applied = await transaction(async (writer) => {
      await steps.first?.(writer);
      const staged = await rows.stage(writer, span);
      await steps.before?.(writer, false);
      const merged = await mergeStage(writer, policy, {
        staged,
        near: nearTo(policy.dataset, span),
        ...(steps.onWritten === undefined ? {} : { onWritten: steps.onWritten }),
      });
      await steps.after?.(writer, merged, staged);
      return { merged, rows: staged, failed: [], aside: 0 };
    });
    session.inserted ||= applied.merged.inserted > 0;
    return applied;
  } catch (error) {
    if (!isDataError(error)) throw error;
    return applyCarefully(session, span, steps);
  }
}

/** The way for a span of which some row is known to be refused. */
export async function applyCarefully(session: Session, span: Span, steps: ApplySteps = {}): Promise<Applied> {
  const applied = await session.transaction(async (writer) => {
    const before = await countAside(writer, ['parent', 'value', 'delete']);
    await steps.first?.(writer);
    const { merged, rows, errors } = await mergeCarefully(session, writer, span, async (client) =>
      steps.before?.(client, true),
    );
    await steps.after?.(writer, merged, null);
    const aside = (await countAside(writer, ['parent', 'value', 'delete'])) - before;
    return { merged, rows, failed: errors.found, aside, deletes: await countDeletes(writer) };
  });
  session.holdsWork ||= applied.aside > 0 || applied.deletes > 0;
  session.inserted ||= applied.merged.inserted > 0;
  session.tell(applied.failed);
  return applied;
}
