import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import { isConnectionLoss, isWorthRetrying, sqlstateOf } from './server-errors';
import { wordsOf } from './shown-words';

/**
 * The typed error for what a statement of a run met on a server; of a dataset with masked columns without the values that the server
 * quotes, and without its cause, which has them.
 */
export function asSyncError(
  error: unknown,
  { name: dataset, masked }: Pick<ResolvedDataset, 'name' | 'masked'>,
  server: string,
): SyncError {
  if (error instanceof SyncError) return error;
  const details = { dataset, server };
  const cause = masked.length === 0 ? { cause: error } : {};
  const reason = wordsOf(error, masked);
  if (isConnectionLoss(error)) {
    return new SyncError('CONNECTION_LOST', `Dataset "${dataset}": the connection to ${server} was lost: ${reason}`, {
      hint: 'Run it again when the server answers: what was committed stays, the rest is taken up.',
      retryable: true,
      details,
      ...cause,
    });
  }
  const state = sqlstateOf(error);
  if (state === null) return new SyncError('INTERNAL', `Dataset "${dataset}": ${reason}`, { details, ...cause });
  const known = statementHints[state];
  return new SyncError(
    state === '42501' ? 'RIGHTS_MISSING' : 'STATEMENT_FAILED',
    `Dataset "${dataset}" on ${server}: ${reason}`,
    {
      ...(known === undefined ? {} : { hint: known }),
      retryable: isWorthRetrying(error),
      details: { ...details, sqlstate: state },
      ...cause,
    },
  );
}

/** The next step by SQLSTATE. */
export const statementHints: Readonly<Record<string, string>> = {
  '42501': 'Run "astro-sync check": it prints the grants that are missing.',
  '42P01': 'A table is gone since the dataset was checked. Run "astro-sync check".',
  '42703': 'A column is gone since the dataset was checked. Run "astro-sync check".',
  '55P03': 'Another session holds a lock on the table. Look for it in pg_locks, then run again.',
  '40P01': 'Other sessions write the same rows at the same time. Run again.',
  '40001': 'Other sessions write the same rows at the same time. Run again.',
  '53100': 'The disk of the server is full.',
  '53300': 'The server accepts no more connections.',
  '57014': 'The server stopped the statement. Look at statement_timeout of the role.',
};
