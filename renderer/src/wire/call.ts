import type { InputOf, MethodName, OutputOf } from '../../../shared/contract/contract';
import type { Failure } from '../../../shared/contract/failure';
import { hostWire } from './host-wire';

/** A method answered with an error. */
export class CallError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export const wire = hostWire();

/**
 * Asks the host. Its side checks input and output against the contract's schemas.
 * @throws CallError with the host's failure
 */
export async function call<Name extends MethodName>(method: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
  const outcome = await wire.invoke(method, input);
  if (!outcome.ok) throw new CallError(outcome.error);
  return outcome.value as OutputOf<Name>;
}

/** What a caught error says, whatever it was. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) return error.failure;
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a fault of the page. Reload it; if it comes again, send the support bundle.',
    retryable: true,
    details: {},
  };
}
