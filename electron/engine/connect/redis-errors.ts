import type { ErrorCode } from '../../../shared/error-codes';
import { SyncError } from '../errors';

interface KnownError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

/** What Redis, or a script of ours, says first in an error, and what it means for a run. */
const knownErrors: Readonly<Record<string, KnownError>> = {
  ASTRO_FENCED: {
    code: 'FENCED_OFF',
    message: 'another run has taken over this target',
    hint: 'See "astro-sync runs"; run again when the other run has ended.',
    retryable: false,
  },
  ASTRO_RESET: {
    code: 'TARGET_RESET',
    message: 'the server lost what this run had already written (emptied, restarted or failed over)',
    hint: 'Run again with --mode full.',
    retryable: true,
  },
  OOM: {
    code: 'REDIS_OUT_OF_MEMORY',
    message: 'the server has reached its maxmemory',
    hint: 'Raise maxmemory or free memory, then run again.',
    retryable: false,
  },
  READONLY: {
    code: 'REDIS_READONLY',
    message: 'the server is a read-only replica',
    hint: 'Point the environment at the primary.',
    retryable: false,
  },
  MISCONF: {
    code: 'REDIS_NOT_WRITABLE',
    message: 'the server refuses writes because it cannot save its data',
    hint: "Look at the server's disk and log (stop-writes-on-bgsave-error), then run again.",
    retryable: false,
  },
  NOREPLICAS: {
    code: 'REDIS_NOT_WRITABLE',
    message: 'the server refuses writes because too few replicas are in touch',
    hint: 'Look at the replicas (min-replicas-to-write), then run again.',
    retryable: true,
  },
  LOADING: {
    code: 'CONNECT_FAILED',
    message: 'the server is still loading its data',
    hint: 'Wait until it has loaded, then run again.',
    retryable: true,
  },
  BUSY: {
    code: 'CONNECTION_LOST',
    message: "the server is busy with somebody's long script",
    hint: 'Run again when that script has ended.',
    retryable: true,
  },
  MASTERDOWN: {
    code: 'CONNECT_FAILED',
    message: 'the server is a replica without its primary',
    hint: 'Point the environment at the primary.',
    retryable: true,
  },
  NOPERM: {
    code: 'RIGHTS_MISSING',
    message: 'this user may not do that',
    hint: 'Give the user of the sync the commands and keys that "astro-sync check" names.',
    retryable: false,
  },
  NOAUTH: {
    code: 'CONNECT_FAILED',
    message: 'the server wants a password',
    hint: "Add the password to the environment's database.",
    retryable: false,
  },
};

/** The first word of a server's answer, such as WRONGTYPE; empty where the connection itself failed. */
export function redisErrorWord(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : '';
  return /^-?([A-Z][A-Z_]+)\b/u.exec(message)?.[1] ?? '';
}

/** True where the same command may be sent again after a pause. */
export function isPassing(cause: unknown): boolean {
  return ['LOADING', 'BUSY', 'NOREPLICAS', 'MASTERDOWN', 'TRYAGAIN'].includes(redisErrorWord(cause));
}

/**
 * The typed error for what a Redis client threw: by the first word of the server's answer, or CONNECTION_LOST where there was
 * no answer. Whether a command took effect is then unknown; the scripts compare before they write, so it does not matter.
 */
export function redisError(label: string, cause: unknown): SyncError {
  if (cause instanceof SyncError) return cause;
  const word = redisErrorWord(cause);
  const known = knownErrors[word];
  const reason = cause instanceof Error ? cause.message : String(cause);
  const details = { database: label };
  if (known !== undefined) {
    const { code, message, hint, retryable } = known;
    return new SyncError(code, `${label}: ${message}`, { hint, retryable, details, cause });
  }
  if (isLostConnection(cause)) {
    return new SyncError('CONNECTION_LOST', `The connection to ${label} was lost`, {
      hint: 'Run again; what was already applied is recognised.',
      retryable: true,
      details,
      cause,
    });
  }
  return new SyncError('STATEMENT_FAILED', `${label} refused a command: ${reason}`, { details, cause });
}

function isLostConnection(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== undefined && /^(?:ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET)/u.test(code)) return true;
  return /connection is closed|stream isn't writeable|max retries per request|connection.*(?:ended|lost|reset)|socket/iu.test(
    cause.message,
  );
}
