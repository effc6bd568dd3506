import type { Failure } from '../../../shared/contract/failure';

/** A method answered with an error. */
export class CallError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
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
