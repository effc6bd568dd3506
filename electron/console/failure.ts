import type { Failure } from '../../shared/contract/failure';
import { redact } from '../engine/connect/secrets';
import { asSyncError } from '../engine/run/document';
import { redactDetails } from './redact-details';

/** Any thrown value as it travels to a page: typed, and without a secret that this process knows. */
export function failureOf(thrown: unknown): Failure {
  const { code, message, hint, retryable, details } = asSyncError(thrown);
  return {
    code,
    message: redact(message),
    hint: hint === null ? null : redact(hint),
    retryable,
    details: redactDetails(details),
  };
}
