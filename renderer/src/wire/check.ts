import type { MethodName } from '../../../shared/contract/contract';
import { misfit } from '../../../shared/contract/shape';
import type { Shapes } from '../../../shared/contract/shape';
import type { AnswerFrame, Outcome } from '../../../shared/contract/wire';
import text from './contract-shapes.json?raw';

type Told = Exclude<AnswerFrame, { kind: 'answer' }>;

const shapes = JSON.parse(text) as Shapes;
const listeners = new Set<(where: string) => void>();

/** Tells where something that the host said unasked was of another shape than the contract says. */
export function onMisfit(listener: (where: string) => void): void {
  listeners.add(listener);
}

/** What the host says unasked, without what is of another shape than the contract says: that is as if it had not come. */
export function asFrame(received: unknown): Told | null {
  if (!fits(misfit(shapes.frame, received, 'frame'))) return null;
  const frame = received as Told;
  if (frame.kind !== 'events') return frame;
  const events = frame.events.filter((event) => fits(misfit(shapes.event, event, 'event')));
  return events.length === frame.events.length ? frame : { ...frame, events };
}

/** Lets through what the contract knows. */
export function checkedFrames(listener: (frame: Told) => void): (received: unknown) => void {
  return (received) => {
    const frame = asFrame(received);
    if (frame !== null) listener(frame);
  };
}

/** The answer of a method; a failure ANSWER_INVALID in place of one of another shape than the contract says. */
export function asOutcome(method: MethodName, received: unknown): Outcome {
  const wrong = misfit(shapes.outcome, received, 'outcome');
  if (wrong !== null) return invalid(method, wrong);
  const outcome = received as Outcome;
  const shape = shapes.answers[method];
  const where = outcome.ok && shape !== undefined ? misfit(shape, outcome.value, 'answer') : null;
  return where === null ? outcome : invalid(method, where);
}

function fits(where: string | null): boolean {
  if (where !== null) for (const listener of listeners) listener(where);
  return where === null;
}

function invalid(method: MethodName, where: string): Outcome {
  return {
    ok: false,
    error: {
      code: 'ANSWER_INVALID',
      message: `The console answered ${method} with something that this page does not know (${where}).`,
      hint: 'The page and its console are of different versions, or one has a fault. Load the page again; if this comes again, send the support bundle.',
      retryable: true,
      details: { method },
    },
  };
}
