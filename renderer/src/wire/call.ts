import type { InputOf, MethodName, OutputOf } from '../../../shared/contract/contract';
import { CallError } from './call-error';
import { asOutcome } from './check';
import { hostWire } from './host-wire';
import { knownSession } from './known-session';

export const wire = hostWire();

/**
 * Asks the host. Its side checks input and output against the contract's schemas, and this one what comes.
 * @param session the opening of the environment that it is meant for: the one that the page shows when it asks
 * @throws CallError with the host's failure; ANSWER_INVALID where the answer is of another shape than the contract says
 */
export async function call<Name extends MethodName>(
  method: Name,
  input: InputOf<Name>,
  session = knownSession(),
): Promise<OutputOf<Name>> {
  const outcome = asOutcome(method, await wire.invoke(method, input, session));
  if (!outcome.ok) throw new CallError(outcome.error);
  return outcome.value as OutputOf<Name>;
}
