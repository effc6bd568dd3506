import type { EntityKey, StreamImage } from './driver';

/** What a job of a settled entity becomes. */
export type SettledStatus = 'completed' | 'skipped' | 'failed' | 'conflict';

export interface SettledEntity {
  readonly key: EntityKey;
  readonly status: SettledStatus;
  /** For failed ones. */
  readonly reason?: string;
}

/** An entity that a full run could not write. */
export interface FailedEntity {
  readonly key: EntityKey;
  readonly operation: 'insert' | 'update' | 'delete';
  readonly reason: string;
}

/** What a job needs that is made for a failed entity which no change had brought into the queue. */
export interface FailedJobFacts {
  readonly jobType: string;
  readonly entityType: string;
  /** The environment's name of the source's database. */
  readonly database: string;
}

/** The jobs of one dataset that belong to one run: those whose changes its snapshot saw, and no others. */
export interface DatasetQueue {
  /** Pending entities, collapsed, in blocks; later changes of the same entity count as one. */
  batches(size: number): AsyncIterable<readonly EntityKey[]>;
  /** The same for stream datasets, with the latest values. */
  imageBatches(size: number): AsyncIterable<readonly StreamImage[]>;
  /** How many entities are pending, and how many changes of them; exact. */
  count(): Promise<{ readonly entities: number; readonly changes: number }>;
  settle(entities: readonly SettledEntity[]): Promise<void>;
  /** Leaves jobs pending and says why. */
  hold(keys: readonly EntityKey[], reason: string): Promise<void>;
  /** Lists entities that a full run could not write as failed, but for those that are pending anyway. */
  recordFailures(failures: readonly FailedEntity[], facts: FailedJobFacts): Promise<void>;
  /** Settles all that is pending, and all that failed earlier, but for the exceptions; gap and reconcile jobs only where told. */
  settleAll(except: readonly EntityKey[], gaps: boolean): Promise<void>;
}
