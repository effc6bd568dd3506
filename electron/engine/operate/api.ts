import type { DatasetDetail } from '../../../shared/contract/methods/datasets';
import type { Explanation, Origins } from '../../../shared/contract/methods/origins';
import type { ErrorGroup, RunLogEntry } from '../../../shared/contract/methods/runs';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { ChangedBy, Job, JobStatus, Mode, RunDocument } from '../../../shared/engine/documents';
import type { EngineListener } from '../../../shared/engine/events';
import type {
  CheckReport,
  InitReport,
  RowErrorRecord,
  RunDetail,
  RunSummary,
  StatusReport,
  UninstallPreview,
} from '../../../shared/engine/reports';
import type { Environment } from '../connect/environment';
import type { LateEnd } from '../system/late-end';
import type { RunsQuery } from '../system/runs';
import type { RunsLately } from '../system/runs-lately';

/** Who asks, and from where: recorded with every run, audit row and change. */
export interface Caller {
  readonly operator: string;
  readonly host: string;
  /** The program: astro-sync (terminal), desktop, web console. */
  readonly application: string;
}

export interface EngineOptions {
  readonly environment: Environment;
  readonly definitions: readonly DatasetDefinition[];
  readonly caller: Caller;
  /** Progress, status and log; called in the engine's own turn, must not throw. */
  readonly listener?: EngineListener;
  /** Where several engines of one environment keep the ends of runs that are still to be written down: whichever is asked next does it. */
  readonly lateEnds?: LateEnd[];
}

export interface Selection {
  /** Names of datasets; empty means all. */
  readonly datasets: readonly string[];
  readonly signal?: AbortSignal;
}

/** What is approved for a run; a plan counts what is left to be withheld then. */
export interface Approval {
  /** How many deletes a dataset may make beyond the guard. */
  readonly approveDeletes?: number | 'all';
  readonly allowEmptySource?: boolean;
}

export interface PlanRequest extends Selection, Approval {
  readonly mode: Mode;
}

export interface RunRequest extends Selection, Approval {
  readonly mode: Mode;
  /** Execute this stored plan. */
  readonly plan?: string;
  /** The environment's name, typed; needed where its level is production. */
  readonly confirm?: string;
}

/** Which jobs; what is left out does not matter. */
export interface JobFilter {
  readonly dataset?: string;
  readonly status?: readonly JobStatus[];
  /** An entity's key: the one value, values in key order (300 · 1), columns with values (a=1, b=x), or {column: value}. */
  readonly entity?: string;
  /** '': changes whose application is not known. */
  readonly application?: string;
  /** '': changes whose actor is not known. */
  readonly actor?: string;
  /** The database role that made the change; '': not known. */
  readonly role?: string;
  /** Only changes that somebody made: no gap, nothing that only a full run found. */
  readonly changesOnly?: boolean;
  /** The environment's name of the database in which the change was made. */
  readonly originDatabase?: string;
  /** Whose changes: those that a run of the sync wrote itself, or all others. */
  readonly by?: ChangedBy;
  /** Jobs that this run settled or has in hand, or whose change it wrote itself; the first 6 characters of its id are enough. */
  readonly run?: string;
  /** ISO times of the change: since <= time < until. */
  readonly since?: string;
  readonly until?: string;
}

export interface AcknowledgeRequest {
  readonly dataset: string;
  /** The environment's name, typed; needed where its level is production. */
  readonly confirm?: string;
}

export interface AcknowledgeReport {
  readonly dataset: string;
  /** Why there was a gap; empty where there was none. */
  readonly gaps: readonly string[];
}

/** One page of jobs. To know whether there are more, ask for one more than is shown. */
export interface QueueFilter extends JobFilter {
  /** Jobs older than this id, newest first. */
  readonly before?: string;
  /** Jobs newer than this id, oldest first; not together with before. */
  readonly after?: string;
  readonly limit: number;
  /** Long values and errors as their beginnings; a job by itself has them whole. */
  readonly brief?: boolean;
}

/** Jobs to be changed together. */
export interface JobsRequest {
  readonly filter: JobFilter;
  /** How many the operator was shown: more than that is refused. null: no number was shown, all that match are meant. */
  readonly expected: number | null;
  readonly confirm?: string;
  /** Only a part of them, so that whoever asked sees how far it is and can stop; `rest` of the answer is the next. */
  readonly part?: JobsPart;
}

/** Where changing jobs part by part has come to; of the first part all is left out but `most`. */
export interface JobsPart {
  /** Jobs up to this id are done. */
  readonly after?: string;
  /** Jobs that came after the first part was asked for stay as they are. */
  readonly through?: string;
  readonly most: number;
}

export interface JobsChanged {
  readonly changed: number;
  /** Of a part: where the next begins; null where there is none. */
  readonly rest?: { readonly after: string; readonly through: string } | null;
}

export type RunsFilter = RunsQuery;

export interface RunLogRequest {
  readonly run: string;
  /** The least level. */
  readonly level: RunLogEntry['level'];
  /** Entries after this id. */
  readonly after?: string;
  readonly limit: number;
}

export interface ErrorsFilter {
  readonly run?: string;
  readonly dataset?: string;
  readonly sqlstate?: string;
  /** '': errors that name no column. */
  readonly column?: string;
  /** The reason of one of them: only errors with a reason of that shape (see errorGroups). */
  readonly reason?: string;
  /** Errors older than this id. */
  readonly before?: string;
  readonly limit: number;
  /** Long keys, values and reasons as their beginnings. */
  readonly brief?: boolean;
}

export interface OriginsRequest {
  /** ISO times of the changes: since <= at < until. */
  readonly since: string;
  readonly until: string;
  /** How many parts of time at most. */
  readonly buckets: number;
  readonly dataset?: string;
  /** Only what a run of the sync wrote itself, or only what others did. */
  readonly by?: ChangedBy;
}

/** All that a host may ask of the engine. Every method throws SyncError, except plan, run and verify: their document carries the error. */
export interface Engine {
  /** Installs the schema in SystemDB, capture in sources, `applied` in targets. Safe to repeat and to run twice at once. */
  init(request: Selection & { readonly takeOver?: boolean; readonly confirm?: string }): Promise<InitReport>;
  uninstall(request: { readonly discard: boolean; readonly confirm?: string }): Promise<InitReport>;
  /** What that would remove, and what is not settled; writes nothing. */
  uninstallPreview(): Promise<UninstallPreview>;
  status(request: Selection): Promise<StatusReport>;
  check(request: Selection): Promise<CheckReport>;
  /** Dataset definitions (YAML) for what two databases have in common. */
  discover(request: { readonly source: string; readonly target: string; readonly schema?: string }): Promise<string>;
  plan(request: PlanRequest): Promise<RunDocument>;
  /** A plan that was kept, as `plan` would give it under this approval; takes it for nothing. */
  storedPlan(id: string, approval?: Approval): Promise<RunDocument>;
  run(request: RunRequest): Promise<RunDocument>;
  verify(request: Selection): Promise<RunDocument>;
  /** Takes note of a gap of a stream, which no full run can close. */
  acknowledge(request: AcknowledgeRequest): Promise<AcknowledgeReport>;
  runs(filter: RunsFilter): Promise<readonly RunSummary[]>;
  /** Whether there is news in the history, to be asked every few seconds. */
  lately(): Promise<RunsLately>;
  runDetail(id: string): Promise<RunDetail>;
  /** Asks a run (of this or another process) to stop; true where it was running. */
  cancel(id: string): Promise<boolean>;
  /** The timeline and log of a run, oldest first. */
  runLog(request: RunLogRequest): Promise<readonly RunLogEntry[]>;
  queue(filter: QueueFilter): Promise<readonly Job[]>;
  /** @throws SyncError JOB_UNKNOWN */
  job(id: string): Promise<Job>;
  /** How many jobs match; exact false: at least so many, counting was stopped there. */
  queueCount(filter: JobFilter): Promise<{ readonly count: number; readonly exact: boolean }>;
  /** Exactly how many match, also where counting takes a while. */
  queueCountAll(filter: JobFilter): Promise<number>;
  /** Puts failed, skipped and conflicting jobs that match back to pending. Gives how many. */
  retryJobs(request: JobsRequest): Promise<JobsChanged>;
  /** Sets pending, failed and conflicting jobs that match to skipped; the reason is kept with each. Gives how many. */
  skipJobs(request: JobsRequest & { readonly reason: string }): Promise<JobsChanged>;
  /** Puts the failed rows of a run back in the queue, so that an incremental run of these datasets tries just them. */
  retryFailedRows(request: {
    readonly run: string;
    readonly confirm?: string;
  }): Promise<{ readonly datasets: readonly string[]; readonly jobs: number }>;
  history(dataset: string, key: string): Promise<readonly Job[]>;
  /** Changes that are captured in the sources (of this dataset, of all) and not yet in the queue; null where a source could not be asked. */
  unrelayed(dataset?: string): Promise<readonly { readonly database: string; readonly changes: number | null }[]>;
  /** Newest first. */
  errors(filter: ErrorsFilter): Promise<readonly RowErrorRecord[]>;
  /** The row errors of a run by cause, most frequent first. */
  errorGroups(run: string): Promise<readonly ErrorGroup[]>;
  /** Who changed how much in a span of time. */
  origins(request: OriginsRequest): Promise<Origins>;
  /** Everything that is known of one entity. @param key the one value, or {"column": "value"} */
  explain(dataset: string, key: string, before?: string): Promise<Explanation>;
  /** Entities that the queue knows under exactly this key, in any dataset. */
  findEntities(text: string): Promise<readonly { readonly dataset: string; readonly key: Record<string, string> }[]>;
  /** One definition with what both catalogs say of it; what is wrong with it is in it. */
  datasetDetail(name: string): Promise<DatasetDetail>;
  prune(request: { readonly days: number; readonly confirm?: string }): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
