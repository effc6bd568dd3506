import type { Counts } from '../../../shared/engine/counts';
import { noCounts } from '../../../shared/engine/counts';
import type { DatasetDocument, ErrorDocument, Phase, RunDocument, RunStatus } from '../../../shared/engine/documents';
import { overallMessage } from '../../../shared/engine/overall-error';
import { isConnectionLoss, sqlstateOf } from '../compare/server-errors';
import { wordsOf } from '../compare/shown-words';
import { statementHints } from '../compare/statement-error';
import { reporterOf } from '../connect/reporters';
import { SyncError } from '../errors';
import type { ErrorCode } from '../../../shared/error-codes';

/** What is known of a dataset at the end of a plan, run or verify. */
export interface DatasetFacts {
  readonly name: string;
  readonly mode: DatasetDocument['mode'];
  readonly baseline: DatasetDocument['baseline'];
  readonly counts: Counts;
  readonly heldBack: DatasetDocument['held_back'];
  readonly durationMs: number;
  readonly phasesMs: Readonly<Partial<Record<Phase, number>>>;
  readonly verified: boolean | null;
  readonly differences: number | null;
  readonly inFlight?: number;
  /** The changes that an incremental plan or run took up, and how many rows they are of. */
  readonly changes?: number | undefined;
  readonly changedRows?: number | undefined;
  readonly captured?: boolean;
  readonly warnings?: readonly string[];
  readonly withheldBy?: DatasetDocument['withheld_by'];
  readonly samples?: readonly Readonly<Record<string, unknown>>[];
  readonly error: SyncError | null;
}

/** One dataset of the document that plan, run and verify print. */
export function datasetDocument(facts: DatasetFacts): DatasetDocument {
  return {
    name: facts.name,
    mode: facts.mode,
    baseline: facts.baseline,
    ...facts.counts,
    held_back: facts.heldBack,
    duration_ms: Math.round(facts.durationMs),
    verified: facts.verified,
    differences: facts.differences,
    ...(facts.inFlight === undefined ? {} : { in_flight: facts.inFlight }),
    ...(facts.changes === undefined ? {} : { changes: facts.changes }),
    ...(facts.changedRows === undefined ? {} : { changed_rows: facts.changedRows }),
    ...(facts.captured === undefined ? {} : { captured: facts.captured }),
    ...(facts.warnings === undefined ? {} : { warnings: [...facts.warnings] }),
    ...(facts.withheldBy === undefined ? {} : { withheld_by: facts.withheldBy }),
    ...(facts.samples === undefined ? {} : { samples: facts.samples.map((sample) => ({ ...sample })) }),
    error: facts.error === null ? null : errorDocument(facts.error),
    phases_ms: roundedPhases(facts.phasesMs),
  };
}

/** The facts of a dataset that was refused before anything was looked at. */
export function refusedFacts(name: string, error: SyncError): DatasetFacts {
  return {
    name,
    mode: null,
    baseline: 'none',
    counts: noCounts(),
    heldBack: null,
    durationMs: 0,
    phasesMs: {},
    verified: null,
    differences: null,
    error,
  };
}

/** A document for a command that failed as a whole. */
export function failedDocument(id: string | null, error: SyncError): RunDocument {
  return {
    ok: false,
    id,
    status: error.code === 'CANCELLED' ? 'cancelled' : 'failed',
    datasets: [],
    error: errorDocument(error),
  };
}

/** code, message, hint of an error, as every document carries them. */
export function errorDocument(error: SyncError): ErrorDocument {
  return { code: error.code, message: error.message, hint: error.hint };
}

/**
 * Any thrown value as a SyncError: lost connections and refused statements by name; what was not foreseen becomes INTERNAL.
 * @param masked the hidden columns of the datasets that it was met at: no value that a server quotes is told of those
 */
export function asSyncError(thrown: unknown, masked: readonly string[] = []): SyncError {
  if (thrown instanceof SyncError) return thrown;
  const message = wordsOf(thrown, masked);
  const cause = masked.length === 0 ? { cause: thrown } : {};
  if (isConnectionLoss(thrown)) {
    return new SyncError('CONNECTION_LOST', `${lostConnection(thrown)} was lost: ${message}`, {
      hint: 'Run again when the server answers: what was committed stays, the rest is still pending.',
      retryable: true,
      ...cause,
    });
  }
  const sqlstate = sqlstateOf(thrown);
  if (sqlstate !== null) {
    return new SyncError(
      sqlstate === '42501' ? 'RIGHTS_MISSING' : 'STATEMENT_FAILED',
      `${reporterOf(thrown) ?? 'A server'} refused a statement: ${message}`,
      {
        hint: sqlstate === '42501' ? rightsHint(message) : (statementHints[sqlstate] ?? `SQLSTATE ${sqlstate}.`),
        details: { sqlstate },
        ...cause,
      },
    );
  }
  return new SyncError('INTERNAL', message, {
    hint: 'This was not foreseen; ASTRO_SYNC_DEBUG=1 shows where it happened.',
    ...cause,
  });
}

/** A lost connection with the name of the dataset that stood still because of it; other errors name it themselves. */
export function ofDataset(dataset: string, error: SyncError): SyncError {
  if (error.code !== 'CONNECTION_LOST' || error.details['dataset'] !== undefined) return error;
  const { code, message, hint, retryable, details } = error;
  return new SyncError(code, `Dataset "${dataset}": ${message.replace(/^The connection/, 'the connection')}`, {
    ...(hint === null ? {} : { hint }),
    retryable,
    details: { ...details, dataset },
    cause: error,
  });
}

function lostConnection(thrown: unknown): string {
  const label = reporterOf(thrown);
  return label === null ? 'A connection' : `The connection to ${label}`;
}

/** What is in schema astro_sync belongs to the role that installed it. */
function rightsHint(message: string): string {
  const check = 'Run "astro-sync check": it prints the grants that are missing.';
  return /\bastro_sync\b/.test(message)
    ? `Another role has installed the schema astro_sync there: the role of this environment has to be a member of astro_sync. ${check}`
    : check;
}

/** The status of a run from its datasets: partial where something was left over. */
export function overallStatus(datasets: readonly DatasetFacts[]): RunStatus {
  if (datasets.some((d) => d.error?.code === 'CANCELLED')) return 'cancelled';
  if (datasets.some((d) => d.error !== null && !isLeftOver(d.error))) return 'failed';
  const left = datasets.some(
    (d) =>
      d.error !== null || d.counts.failed + d.counts.conflicted + d.counts.withheld > 0 || (d.differences ?? 0) > 0,
  );
  return left ? 'partial' : 'succeeded';
}

/**
 * The error that stands for a run: the first that stopped a dataset, else what of the leftovers has to be acted on first. Where
 * other datasets have one as well, they are named after it.
 */
export function overallError(datasets: readonly DatasetFacts[]): SyncError | null {
  const concerned = datasets.flatMap(({ name, error }) => (error === null ? [] : [{ name, error }]));
  const [first, ...others] = concerned.toSorted((a, b) => weightOf(a.error) - weightOf(b.error));
  if (first === undefined) return null;
  const { error } = first;
  if (others.length === 0) return error;
  const named = others.slice(0, namedAtMost).map((other) => `${other.name} (${inWords(other.error.code)})`);
  const rest = others.length - named.length;
  if (rest > 0) named.push(`${String(rest)} more`);
  return new SyncError(error.code, overallMessage(error.message, named), {
    ...(error.hint === null ? {} : { hint: error.hint }),
    retryable: error.retryable,
    details: error.details,
    cause: error,
  });
}

const namedAtMost = 5;

/** `DELETES_WITHHELD` as a sentence has it: the code itself stands with the dataset. */
const inWords = (code: ErrorCode): string => code.toLowerCase().replaceAll('_', ' ');

/** What is left over, in the order in which somebody should look at it. */
const leftOver: readonly ErrorCode[] = [
  'DELETES_WITHHELD',
  'EMPTY_SOURCE',
  'VERIFICATION_FAILED',
  'CHANGES_LOST',
  'FAILED_EARLIER',
];

/** Below 0 for what stopped a dataset. */
function weightOf(error: SyncError): number {
  return leftOver.indexOf(error.code);
}

/** Withheld work is left over, not failed: the rest of the dataset went through. */
function isLeftOver(error: SyncError): boolean {
  return leftOver.includes(error.code);
}

function roundedPhases(phases: Readonly<Partial<Record<Phase, number>>>): Partial<Record<Phase, number>> {
  return Object.fromEntries(Object.entries(phases).map(([name, ms]) => [name, Math.round(ms)]));
}
