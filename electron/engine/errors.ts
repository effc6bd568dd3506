import type { ErrorCode } from '../../shared/error-codes';

export interface SyncErrorOptions {
  /** The next step for the person who reads it, one sentence. */
  readonly hint?: string;
  /** True where the same call may succeed later without anybody changing anything. */
  readonly retryable?: boolean;
  /** Facts for the screen and the log (dataset, key, column, server); never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error that leaves the engine: a stable code, a message that names things, a hint. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}
