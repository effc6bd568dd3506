import { redact } from '../engine/connect/secrets';
import { SyncError } from '../engine/errors';
import type { ErrorDocument, RunDocument } from '../../shared/engine/documents';
import { printableText } from './render/printable';
import type { Look } from './terminal';

/** Wrong usage of the terminal program itself. */
export function usageError(message: string, hint?: string): SyncError {
  return new SyncError('USAGE', message, hint === undefined ? {} : { hint });
}

/** Any thrown value as the error that leaves the program; what nobody expected is INTERNAL. */
export function errorDocument(error: unknown): ErrorDocument {
  if (error instanceof SyncError) {
    return {
      code: error.code,
      message: withoutCredentials(error.message),
      hint: error.hint === null ? null : withoutCredentials(error.hint),
    };
  }
  return {
    code: 'INTERNAL',
    message: withoutCredentials(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    hint: 'This is a defect of astro-sync. Run the command again with ASTRO_SYNC_DEBUG=1 and keep what it logs for the report.',
  };
}

/** What plan, run and verify print with --json where no run came to be. */
export function failedRunDocument(error: ErrorDocument): RunDocument {
  return { ok: false, id: null, status: error.code === 'CANCELLED' ? 'cancelled' : 'failed', datasets: [], error };
}

/** `error CODE: message` and the next step, as a person reads them. */
export function renderError(error: ErrorDocument, { colors }: Look): string {
  const hint = error.hint === null ? '' : `${colors.dim('hint:')} ${printableText(error.hint)}\n`;
  return `${colors.red(colors.bold(`error ${error.code}:`))} ${printableText(error.message)}\n${hint}`;
}

/** The stacks of an error and of what caused it, for ASTRO_SYNC_DEBUG=1. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause instanceof Error ? `caused by ${stackOf(error.cause)}` : '';
  return `${withoutCredentials(error.stack ?? error.message)}\n${cause}`;
}

/** Libraries put addresses into their messages: neither a password in one nor a secret of this process may reach the screen. */
export function withoutCredentials(text: string): string {
  return redact(text);
}
