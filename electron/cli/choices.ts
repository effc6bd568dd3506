import type { ChangedBy, JobStatus, Mode, RunStatus } from '../../shared/engine/documents';
import type { RunSummary } from '../../shared/engine/reports';

// Written out, and checked against the types: the lists in shared load zod, which would slow every --help.
const everyMode: Readonly<Record<Mode, true>> = { auto: true, incremental: true, full: true };
const everyJobStatus: Readonly<Record<JobStatus, true>> = {
  pending: true,
  running: true,
  completed: true,
  skipped: true,
  conflict: true,
  failed: true,
};
const everyRunStatus: Readonly<Record<RunStatus, true>> = {
  queued: true,
  planning: true,
  running: true,
  verifying: true,
  succeeded: true,
  partial: true,
  failed: true,
  cancelled: true,
  interrupted: true,
};
const everyWriter: Readonly<Record<ChangedBy, true>> = { sync: true, others: true };
const everyRunKind: Readonly<Record<RunSummary['kind'], true>> = { plan: true, run: true, verify: true };

export const modes = Object.keys(everyMode) as Mode[];
export const jobStatuses = Object.keys(everyJobStatus) as JobStatus[];
export const writers = Object.keys(everyWriter) as ChangedBy[];
export const runStatuses = Object.keys(everyRunStatus) as RunStatus[];
export const runKinds = Object.keys(everyRunKind) as RunSummary['kind'][];
