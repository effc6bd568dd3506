import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { ErrorCode } from '../../../shared/error-codes';
import type { Environment } from '../connect/environment';
import { SyncError } from '../errors';
import type { Catalogs } from './catalogs';

/** What the steps of resolving one dataset share. */
export interface Workbench {
  readonly environment: Environment;
  readonly catalogs: Catalogs;
  readonly definition: DatasetDefinition;
  /** Notes a problem and goes on, so that all are told at once. */
  readonly problem: (error: SyncError) => void;
  readonly warn: (text: string) => void;
}

/** An error about this dataset. */
export function datasetError(
  { definition }: Pick<Workbench, 'definition'>,
  code: ErrorCode,
  what: string,
  hint?: string,
  details: Readonly<Record<string, unknown>> = {},
): SyncError {
  return new SyncError(code, `Dataset "${definition.name}": ${what}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { dataset: definition.name, ...details },
  });
}

/** The server's answer to a piece of SQL in a definition, as an error about the definition. @param where such as `columns.slug.sql` */
export function sqlError(bench: Pick<Workbench, 'definition'>, where: string, cause: unknown): SyncError {
  if (cause instanceof SyncError) return cause;
  const state = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : String(cause);
  const said = cause instanceof Error && 'hint' in cause && typeof cause.hint === 'string' ? cause.hint : undefined;
  const hint = state === '42501' ? rightsHint(message) : said;
  const code =
    state === '42501' ? 'RIGHTS_MISSING' : /^(42|22|0A)/.test(state) ? 'DATASET_INVALID' : 'STATEMENT_FAILED';
  return new SyncError(code, `Dataset "${bench.definition.name}": ${where}: ${rowSecurityText(message) ?? message}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { dataset: bench.definition.name, at: where, sqlstate: state },
    cause,
  });
}

/** Our words for a query that row level security stopped, with the table's name; null where the message is another. */
export function rowSecurityText(message: string): string | null {
  const table = /row-level security policy for table "(.+)"/.exec(message)?.[1];
  return table === undefined ? null : `row level security would hide rows of table "${table}" from this role`;
}

function rightsHint(message: string): string {
  const schema = /^permission denied for schema (.+)$/.exec(message)?.[1];
  if (schema !== undefined)
    return `An administrator has to GRANT USAGE ON SCHEMA ${schema} to the role of this environment.`;
  if (rowSecurityText(message) !== null)
    return 'An administrator has to ALTER the role of this environment: BYPASSRLS.';
  return 'Let "astro-sync check" print the GRANTs that are missing.';
}
