import type { Counts } from '../../../shared/engine/counts';
import type { DatasetDocument, Phase, RunStatus } from '../../../shared/engine/documents';
import type { SyncError } from '../errors';
import type { RowError } from './driver';

/** What changes in the record of one dataset of a run. */
export interface DatasetRecord {
  readonly mode?: 'incremental' | 'full';
  readonly baseline?: DatasetDocument['baseline'];
  readonly status?: string;
  readonly throughJobId?: string;
  readonly counts?: Counts;
  readonly progress?: Readonly<Record<string, unknown>>;
  readonly phasesMs?: Readonly<Partial<Record<Phase, number>>>;
  readonly heldBack?: DatasetDocument['held_back'];
  readonly verified?: boolean | null;
  readonly differences?: number | null;
  readonly samples?: readonly unknown[];
  readonly error?: SyncError | null;
  readonly ended?: boolean;
}

/** Keeps a run's history in SystemDB, and tells the listener of the host the same. */
export interface RunRecorder {
  readonly runId: string;
  /** Aborted by the caller, by a cancel request in SystemDB, or when SystemDB is lost; the reason is a SyncError. */
  readonly signal: AbortSignal;
  status(status: RunStatus): Promise<void>;
  dataset(name: string, record: DatasetRecord): Promise<void>;
  log(
    dataset: string | null,
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    details?: Record<string, unknown>,
  ): void;
  rowError(error: RowError): void;
  /** Makes this run the one writer of a target. @throws SyncError LEASE_HELD */
  lease(dataset: string, targetIdentity: string): Promise<void>;
  finish(status: RunStatus, error: SyncError | null): Promise<void>;
}
