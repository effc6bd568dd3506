import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { Job, JobStatus, Mode, RunDocument } from '../../../shared/engine/documents';
import type { EngineListener } from '../../../shared/engine/events';
import type {
  CheckReport,
  InitReport,
  RowErrorRecord,
  RunDetail,
  RunSummary,
  StatusReport,
} from '../../../shared/engine/reports';
import type { Environment } from '../connect/environment';

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
}

export interface Selection {
  /** Names of datasets; empty means all. */
  readonly datasets: readonly string[];
  readonly signal?: AbortSignal;
}

export interface PlanRequest extends Selection {
  readonly mode: Mode;
}

export interface RunRequest extends Selection {
  readonly mode: Mode;
  /** Execute this stored plan. */
  readonly plan?: string;
  /** How many deletes a dataset may make beyond the guard. */
  readonly approveDeletes?: number | 'all';
  readonly allowEmptySource?: boolean;
  /** The environment's name, typed; needed where its level is production. */
  readonly confirm?: string;
}

export interface QueueFilter {
  readonly dataset?: string;
  readonly status?: readonly JobStatus[];
  /** An entity's key: the one value, or {column: value}. */
  readonly entity?: string;
  readonly application?: string;
  readonly actor?: string;
  readonly originDatabase?: string;
  readonly run?: string;
  readonly since?: string;
  readonly until?: string;
  /** Jobs older than this id (paging). */
  readonly before?: string;
  readonly limit: number;
}

export interface RunsFilter {
  readonly dataset?: string;
  readonly status?: string;
  readonly operator?: string;
  readonly since?: string;
  readonly before?: string;
  readonly limit: number;
}

export interface ErrorsFilter {
  readonly run?: string;
  readonly dataset?: string;
  readonly limit: number;
}

/** All that a host may ask of the engine. Every method throws SyncError, except plan, run and verify: their document carries the error. */
export interface Engine {
  /** Installs the schema in SystemDB, capture in sources, `applied` in targets. Safe to repeat and to run twice at once. */
  init(request: Selection & { readonly takeOver?: boolean; readonly confirm?: string }): Promise<InitReport>;
  uninstall(request: { readonly discard: boolean; readonly confirm?: string }): Promise<InitReport>;
  status(request: Selection): Promise<StatusReport>;
  check(request: Selection): Promise<CheckReport>;
  /** Dataset definitions (YAML) for what two databases have in common. */
  discover(request: { readonly source: string; readonly target: string; readonly schema?: string }): Promise<string>;
  plan(request: PlanRequest): Promise<RunDocument>;
  /** A plan that was kept, as the document that `plan` gave; takes it for nothing. */
  storedPlan(id: string): Promise<RunDocument>;
  run(request: RunRequest): Promise<RunDocument>;
  verify(request: Selection): Promise<RunDocument>;
  runs(filter: RunsFilter): Promise<readonly RunSummary[]>;
  runDetail(id: string): Promise<RunDetail>;
  /** Asks a run (of this or another process) to stop; true where it was running. */
  cancel(id: string): Promise<boolean>;
  queue(filter: QueueFilter): Promise<readonly Job[]>;
  history(dataset: string, key: string): Promise<readonly Job[]>;
  errors(filter: ErrorsFilter): Promise<readonly RowErrorRecord[]>;
  prune(request: { readonly days: number; readonly confirm?: string }): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
