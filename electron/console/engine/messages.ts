import type { EngineEvent } from '../../../shared/engine/events';
import type { ErrorCode } from '../../../shared/error-codes';
import { redact } from '../../engine/connect/secrets';
import { SyncError } from '../../engine/errors';
import { asSyncError } from '../../engine/run/document';
import { redactDetails } from '../redact-details';
import type { OpenRequest } from './engine-session';

/** What the thread of the console says to the thread of the engine. */
export type ToEngine =
  | { readonly kind: 'open'; readonly id: number; readonly request: OpenRequest }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly words: readonly unknown[] }
  | { readonly kind: 'reload' | 'tunnelWays' | 'ping' | 'dropKept' | 'close'; readonly id: number }
  /** Gives up the call of that number. */
  | { readonly kind: 'abort'; readonly id: number };

/** What the thread of the engine says back; `id` is the number of the call. */
export type FromEngine =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorMessage }
  | { readonly kind: 'event'; readonly id: number; readonly event: EngineEvent }
  | { readonly kind: 'warning'; readonly text: string };

/** An error on its way between threads: an Error itself keeps its message alone. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Secrets are known in the thread of the engine alone, and taken out here. */
export function errorMessage(thrown: unknown): ErrorMessage {
  const { code, message, hint, retryable, details } = asSyncError(thrown);
  return {
    code,
    message: redact(message),
    hint: hint === null ? null : redact(hint),
    retryable,
    // Through JSON, since details may hold what no message between threads can (a function of a library's error).
    details: redactDetails(details),
  };
}

export function errorOf({ code, message, hint, retryable, details }: ErrorMessage): SyncError {
  return new SyncError(code, message, { ...(hint === null ? {} : { hint }), retryable, details });
}
