import { spansOf } from '../../compare/differing-spans';
import { chosenSamples } from '../../compare/choose-samples';
import { differencesOf } from '../../compare/differences';
import type { Difference, EntityKey, PlanTally, Verification } from '../../run/driver';
import { announceRows } from '../pass-progress';
import { throwIfCancelled } from '../../cancelled';
import type { Session } from './session';

/** Counts what a full run would do. Reads only: it needs SELECT on both sides and nothing else. */
export async function planAll(session: Session): Promise<PlanTally> {
  const sum = { inserts: 0, updates: 0, deletes: 0, unchanged: 0, skipped: 0 };
  const samples: Difference[] = [];
  const comparison = await session.comparison();
  announceRows(session.context.progress, session.policy.dataset);
  for await (const span of spansOf(comparison)) {
    throwIfCancelled(session.context.signal);
    const found = await differencesOf(comparison, span, null, () => false, samples);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += found[name];
    samples.push(...found.samples);
    session.context.progress.advance(found.rows);
  }
  return { ...sum, samples: chosenSamples(samples) };
}

/**
 * Compares the target with the projection. After upsertAll only what it touched is read again: the rest was compared moments
 * before, and the source's hashes are those of the same snapshot.
 */
export async function verifyAll(session: Session, ignore: (key: EntityKey) => boolean): Promise<Verification> {
  const { context, compared } = session;
  const comparison = await session.comparison();
  const samples: Difference[] = [];
  let equal = 0;
  let differences = 0;
  const look = async (
    span: Parameters<typeof differencesOf>[1],
    known: Parameters<typeof differencesOf>[2],
  ): Promise<number> => {
    throwIfCancelled(context.signal);
    const found = await differencesOf(comparison, span, known, ignore, samples);
    equal += found.unchanged;
    differences += found.inserts + found.updates + found.deletes;
    samples.push(...found.samples);
    return found.rows;
  };
  if (compared === null) {
    announceRows(context.progress, session.policy.dataset);
    for await (const span of spansOf(comparison)) context.progress.advance(await look(span, null));
  } else {
    const touched = compared.filter((each) => each.touched);
    context.progress.left(touched.reduce((sum, each) => sum + each.rows, 0) / 2, 'exact');
    for (const each of compared) {
      if (!each.touched) equal += each.rows;
      else {
        await look(each.span, each.source);
        context.progress.advance(each.rows / 2);
      }
    }
  }
  return { equal, differences, samples: chosenSamples(samples) };
}
