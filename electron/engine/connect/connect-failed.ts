import { SyncError } from '../errors';
import { answersAs } from './who-answers';

const engines = { postgres: 'PostgreSQL', redis: 'Redis' } as const;

/**
 * The typed error (CONNECT_FAILED) for a server that could not be reached or refused the login, or that is of the other engine.
 * @param wanted the engine that the environment names
 * @param spoke true where a server of that engine answered: it is not looked for another
 * @param refused true where it lets nobody in with that user and password
 */
export async function connectFailed(
  wanted: keyof typeof engines,
  at: { readonly name: string; readonly label: string; readonly host: string; readonly port: number },
  {
    reason,
    cause,
    spoke,
    refused = false,
  }: { readonly reason: string; readonly cause: unknown; readonly spoke: boolean; readonly refused?: boolean },
): Promise<SyncError> {
  const other = wanted === 'postgres' ? 'redis' : 'postgres';
  const isOther = !spoke && (await answersAs(other, at));
  return new SyncError(
    'CONNECT_FAILED',
    `Could not connect to ${at.label}: ${isOther ? `a ${engines[other]} answers there, no ${engines[wanted]}` : reason}`,
    {
      hint: isOther
        ? `Correct databases.${at.name} of the environment: host and port of its url, or its engine.`
        : refused
          ? `Correct the user or the password of "${at.name}" in the environment; where it is typed in, open it again.`
          : 'Check host, port, user, password and TLS with "astro-sync check".',
      retryable: !isOther && !refused,
      details: { database: at.label, ...(refused ? { login: 'refused' } : {}) },
      cause,
    },
  );
}
