import type { z } from 'zod';
import { contract, errorsOf, isMethodName } from '../../shared/contract/contract';
import type { MethodName, OutputOf, ParsedInputOf } from '../../shared/contract/contract';
import type { Session } from '../../shared/contract/methods/session';
import type { Outcome } from '../../shared/contract/wire';
import { SyncError } from '../engine/errors';
import { failureOf } from './failure';
import { issuesOf } from './issues-of';

/** What carries out each method; all of the contract, and nothing else. */
export type Handlers = {
  readonly [Name in MethodName]: (input: ParsedInputOf<Name>) => Promise<OutputOf<Name>> | OutputOf<Name>;
};

/** One method of the contract. @param meant when the environment was opened that it is meant for; undefined: whichever is open */
export type Dispatch = (method: string, input: unknown, meant?: string | null) => Promise<Outcome>;

/**
 * The one door to the console, for every transport: refuses unknown methods, input that the contract does not know, and changes of
 * data where the environment is read-only, before anything is done; checks what goes out. Never throws.
 * A call may say for which opening of an environment it is meant: what changes data is done there or not at all.
 * @param session the environment that is open
 * @param assertAsSaved throws where that is no longer what is saved
 * @param onDefect told where the host itself is wrong: an answer of another shape than the contract says, or a code that it does not
 *   name for the method
 */
export function dispatcher(
  handlers: Handlers,
  session: () => Session | null,
  assertAsSaved: () => void,
  onDefect: (message: string) => void,
): Dispatch {
  return async (method, input, meant) => {
    try {
      if (!isMethodName(method)) {
        throw new SyncError('METHOD_UNKNOWN', 'This console has no such method', {
          hint: 'The page and its host are of different versions: load the page again.',
        });
      }
      const parsed = parsedInput(method, input);
      if (contract[method].changes === 'data') {
        const open = assertMayChange(session());
        // What is under way can be stopped whatever was saved or opened since.
        if (method !== 'runs.cancel') {
          assertMeant(open, meant);
          assertAsSaved();
        }
      }
      const handle = handlers[method] as (given: unknown) => unknown;
      return { ok: true, value: checkedOutput(method, await handle(parsed), onDefect) };
    } catch (error) {
      const failure = failureOf(error);
      if (isMethodName(method) && !errorsOf(method).has(failure.code))
        onDefect(`${method} answered with ${failure.code}, which the contract does not name for it`);
      return { ok: false, error: failure };
    }
  };
}

function parsedInput(method: MethodName, input: unknown): unknown {
  const result = (contract[method].input as z.ZodType).safeParse(input);
  if (!result.success)
    throw new SyncError('INPUT_INVALID', `${method}: ${issuesOf(result.error)}`, { details: { method } });
  if (holdsNul(result.data))
    throw new SyncError('INPUT_INVALID', `${method}: a text holds the character NUL, which no database keeps`, {
      hint: 'Remove it; it comes along when text is copied from some terminals and files.',
      details: { method },
    });
  return result.data;
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, each]) => name.includes('\0') || holdsNul(each));
}

function checkedOutput(method: MethodName, output: unknown, onDefect: (message: string) => void): unknown {
  const result = (contract[method].output as z.ZodType).safeParse(output);
  if (result.success) return result.data;
  const defect = `${method} answered with something else than the contract says: ${issuesOf(result.error)}`;
  onDefect(defect);
  throw new SyncError('INTERNAL', defect);
}

function assertMeant({ opened_at: openedAt, environment }: Session, meant: string | null | undefined): void {
  if (meant === undefined || meant === openedAt) return;
  throw new SyncError(
    'PROFILE_CHANGED',
    `This was answered for an environment that is not open any more; "${environment.name}" is, and nothing was done`,
    { hint: 'Look at what is open now, and ask again.' },
  );
}

function assertMayChange(session: Session | null): Session {
  if (session === null) throw new SyncError('NO_SESSION', 'No environment is open', { hint: 'Open one first.' });
  if (!session.environment.read_only) return session;
  throw new SyncError('READ_ONLY', `"${session.environment.name}" is read-only: nothing is changed through it`, {
    hint: 'Plans and verifications are possible. To write, open a profile that is not read-only.',
  });
}
