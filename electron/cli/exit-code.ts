import { errorCodes } from '../../shared/error-codes';
import type { ErrorCode } from '../../shared/error-codes';
import type { DatasetDocument, ErrorDocument, RunDocument } from '../../shared/engine/documents';

/** What the terminal program's exit code says. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  refused: 4,
  unreachable: 5,
  cancelled: 130,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Where several hold, the first of these is told. */
const precedence: readonly ExitCode[] = [130, 5, 2, 1, 4, 3, 0];

/** The one exit code of several that hold; done where there are none. */
export function gravest(codes: Iterable<ExitCode>): ExitCode {
  const held = new Set(codes);
  return precedence.find((code) => held.has(code)) ?? exitCode.done;
}

/** The exit code that an error leads to; a code that nobody knows is a failure. */
export function exitCodeOfError(error: Pick<ErrorDocument, 'code'>): ExitCode {
  return Object.hasOwn(errorCodes, error.code) ? errorCodes[error.code as ErrorCode] : exitCode.failed;
}

/**
 * The exit code that a document of plan, run or verify leads to.
 * Counts of a plan are expectations: what it would withhold or skip is not yet a refusal.
 */
export function exitCodeOf(kind: 'plan' | 'run' | 'verify', document: RunDocument): ExitCode {
  const codes: ExitCode[] = [
    ...ofStatus(document),
    ...(document.error === null ? [] : [exitCodeOfError(document.error)]),
    ...document.datasets.flatMap((dataset) => ofDataset(kind, dataset)),
  ];
  if (!document.ok && gravest(codes) === exitCode.done) codes.push(exitCode.failed);
  return gravest(codes);
}

function ofStatus({ status, error, datasets }: RunDocument): ExitCode[] {
  if (status === 'cancelled') return [exitCode.cancelled];
  if (status === 'partial') return [exitCode.incomplete];
  // What failed is said by an error, which may mean another code than 1 (no connection, a held lease).
  const explained = error !== null || datasets.some((dataset) => (dataset.error ?? null) !== null);
  return (status === 'failed' || status === 'interrupted') && !explained ? [exitCode.failed] : [];
}

function ofDataset(kind: 'plan' | 'run' | 'verify', dataset: DatasetDocument): ExitCode[] {
  const codes: ExitCode[] = [];
  if (dataset.error !== null && dataset.error !== undefined) codes.push(exitCodeOfError(dataset.error));
  if (kind === 'plan') return codes;
  if (dataset.withheld > 0) codes.push(exitCode.refused);
  if (dataset.failed > 0 || dataset.conflicted > 0) codes.push(exitCode.incomplete);
  if ((dataset.differences ?? 0) > 0 || dataset.verified === false) codes.push(exitCode.incomplete);
  return codes;
}
