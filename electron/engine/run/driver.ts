import type { Phase } from '../../../shared/engine/documents';
import type { QualifiedName } from '../connect/identifiers';
import type { PostgresDatabase } from '../connect/postgres';
import type { RedisDatabase } from '../connect/redis';
import type { SourceSnapshot } from '../connect/snapshot';
import type { ResolvedDataset } from '../dataset/resolved';

/** Values of the key's columns in key order, as canonical text. A key is never null. */
export type EntityKey = readonly string[];

/** What became of one entity of a batch. later: set aside (a foreign key not yet there) or a delete that waits for the delete phase. */
export type EntityResult =
  'inserted' | 'updated' | 'deleted' | 'skipped' | 'failed' | 'conflicted' | 'withheld' | 'later';

/** Counts of one step; unchanged counts rows compared and found equal. */
export interface Tally {
  inserted: number;
  updated: number;
  deleted: number;
  unchanged: number;
  skipped: number;
  failed: number;
}

export interface RowError {
  readonly dataset: string;
  readonly key: Readonly<Record<string, string>>;
  readonly operation: 'insert' | 'update' | 'delete';
  /** Where the server or the cast names one. */
  readonly column: string | null;
  /** A sample of the value, at most 200 characters; null where the column is masked. */
  readonly value: string | null;
  /** SQLSTATE, or the Redis error's first word. */
  readonly sqlstate: string;
  readonly reason: string;
}

export interface Difference {
  readonly key: Readonly<Record<string, string>>;
  readonly operation: 'insert' | 'update' | 'delete';
  /** For samples: column → [target value, source value]; masked columns show '•••'. */
  readonly columns?: Readonly<Record<string, readonly [string | null, string | null]>>;
}

export interface PlanTally {
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
  readonly unchanged: number;
  /** What the policies leave alone: write insert/update, update_where. */
  readonly skipped: number;
  /** Changes in the queue that it took up, several of one entity each, and how many entities they are of. Left out where all is compared. */
  readonly changes?: number;
  readonly changedRows?: number;
  /** At most 20. */
  readonly samples: readonly Difference[];
  /** How many entities the target would hold before the deletes; left out where there are none. */
  readonly targetRows?: number;
}

export interface Verification {
  /** Entities that are the same on both sides; what a policy leaves alone is neither equal nor a difference. */
  readonly equal: number;
  readonly differences: number;
  /** At most 20. */
  readonly samples: readonly Difference[];
}

/** An image that came with a stream entry: the latest values of one entity, field → text or null; deleted says that the entity is gone. */
export interface StreamImage {
  readonly key: EntityKey;
  readonly values: Readonly<Record<string, string | null>> | null;
  /** The entity was deleted and came back: fields that it lacks are null, not what an earlier row had. */
  readonly anew?: boolean;
}

/** What a driver is told and given by the run. */
export interface DriverContext {
  readonly dataset: ResolvedDataset;
  /** null for plan and verify, which write nothing. */
  readonly write: {
    readonly runId: string;
    readonly operator: string;
    /** Fencing token got from the target by openFence. */
    readonly fence: string;
    /** A batch that was stopped by more than this many row errors fails the dataset with ROW_ERROR_LIMIT. */
    readonly rowErrorLimit: number;
    readonly onRowError: (error: RowError) => void;
    /** Tables of the target's database that other datasets write: no row of theirs goes, or changes, with one that is deleted here. */
    readonly others: readonly QualifiedName[];
    /** What the run could not do and was not stopped by: it stands with the dataset when the run is over, not only in its log. */
    readonly onWarning: (text: string) => void;
  } | null;
  readonly source: { readonly database: PostgresDatabase; readonly snapshot: SourceSnapshot } | null;
  readonly target: PostgresDatabase | RedisDatabase;
  /** Cancel: takes effect within a batch; the driver throws SyncError CANCELLED and leaves a consistent target. */
  readonly signal: AbortSignal;
  /** Adds wall time to a phase. */
  readonly time: <T>(phase: Phase, work: () => Promise<T>) => Promise<T>;
  /** In rows that are brought through: one that was written is half done, its verification is the other half. */
  readonly progress: {
    /** What is still to come, to the end of the verification. */
    readonly left: (rows: number, kind: 'exact' | 'estimated' | 'unknown') => void;
    readonly advance: (rows: number, tally?: Partial<Tally>) => void;
  };
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    details?: Record<string, unknown>,
  ) => void;
}

/**
 * One dataset in one run, against its target. Opened per dataset and run; closed by the run.
 * Order of calls in a run: upsertAll or upsertKeys* (or upsertImages*), retrySetAside, pendingDeletes, applyDeletes, verify*.
 */
export interface TargetDriver {
  /** Counts what a full run would do; writes nothing to any dataset. */
  planAll(): Promise<PlanTally>;
  /** The same for some entities. */
  planKeys(keys: readonly EntityKey[]): Promise<PlanTally>;
  /** How many entities the target holds; reads only. */
  targetRows(): Promise<number>;
  /** Inserts and updates every entity that differs, range by range; remembers the deletes it found. */
  upsertAll(): Promise<Tally>;
  /** Inserts and updates these entities from the source's current image in the snapshot; remembers those that are gone. One result per key, in order. */
  upsertKeys(keys: readonly EntityKey[]): Promise<readonly EntityResult[]>;
  /** The same with images from a stream. */
  upsertImages(images: readonly StreamImage[]): Promise<readonly EntityResult[]>;
  /** Tries what was set aside again, until nothing progresses; the rest becomes row errors. */
  retrySetAside(): Promise<{ readonly tally: Tally; readonly failed: readonly EntityKey[] }>;
  /** How many entities would be deleted (or marked), and how many the target holds. */
  pendingDeletes(): Promise<{ readonly deletes: number; readonly targetRows: number }>;
  /** Deletes (or marks) what was found, after proving each absence in the source's snapshot. */
  applyDeletes(): Promise<{ readonly tally: Tally; readonly failed: readonly EntityKey[] }>;
  /** The keys of the deletes not applied, in blocks. */
  withheldKeys(): AsyncIterable<readonly EntityKey[]>;
  /**
   * Compares all of the target with the projection at the snapshot. After upsertAll it reads again only what that run touched
   * (equal ranges were compared moments before). Keys in ignore (failed, withheld) are no differences.
   */
  verifyAll(ignore: (key: EntityKey) => boolean): Promise<Verification>;
  verifyKeys(keys: readonly EntityKey[], ignore: (key: EntityKey) => boolean): Promise<Verification>;
  /** Gives back the connections that hold nothing, until the next step; none may be going on. */
  rest(): Promise<void>;
  close(): Promise<void>;
}
