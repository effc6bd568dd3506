import type { EnvironmentDefinition } from '../../../shared/definitions/environment';
import type { Tunnel } from '../../../shared/contract/profile';
import type { DatasetSummary } from '../../../shared/contract/methods/datasets';
import type { Session } from '../../../shared/contract/methods/session';
import type { EngineListener } from '../../../shared/engine/events';
import type { Hop } from '../../../shared/engine/reports';
import type { Caller, Engine } from '../../engine/operate/api';

/** What has to be known to work in an environment; crosses to a worker thread as it is. */
export interface OpenRequest {
  readonly definition: EnvironmentDefinition;
  /** What relative paths of the definition start from. */
  readonly folder: string;
  /** Folder or file of the dataset definitions. */
  readonly datasets: string;
  readonly caller: Caller;
  /** Secrets that the host holds, by name of the database, `<database>.tls` or `tunnel`; what is not here comes from where the definition says. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The databases that are reached through a tunnel, and that tunnel. */
  readonly tunnel: { readonly definition: Tunnel; readonly databases: readonly string[] } | null;
  /** Opened to be tested: a tunnel that cannot be dialled, or a secret that is not there, fails what needs it and nothing else. */
  readonly tolerant?: boolean;
  /** Databases whose password was typed in for this process alone: nobody else has it, so opening fails where a server refuses it. */
  readonly typed?: readonly string[];
}

/** The dataset definitions as they stand in their files now. */
export interface Definitions {
  readonly datasets: readonly DatasetSummary[];
  readonly errors: Session['definitions']['errors'];
}

/** An environment that is open. */
export interface Opened {
  readonly databases: Session['databases'];
  readonly definitions: Definitions;
}

/** The way through the tunnel to a database, hop by hop; the last one may have failed. */
export interface TunnelWay {
  readonly database: string;
  readonly hops: readonly Hop[];
}

/** The engine on one environment, wherever it works: in this thread or in one of its own. */
export interface EngineSession {
  readonly opened: Opened;
  /** The engine; its events go to this listener alone, so that they belong to what was asked for. */
  engine(listener: EngineListener): Engine;
  /** Reads the dataset definitions again. What is under way goes on with those it began with. */
  reload(): Promise<Definitions>;
  /** Tries the way through the tunnel to each database behind it. */
  tunnelWays(): Promise<readonly TunnelWay[]>;
  /** Asks every database for a sign of life. @throws SyncError CONNECT_FAILED, TUNNEL_FAILED */
  ping(): Promise<void>;
  /** The computer slept, or has another network: uses no connection again that waits for a next reading, and looks after the tunnel. */
  dropKept(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens an environment and connects to nothing yet, except to a tunnel and to what a password was typed in for.
 * @throws SyncError ENVIRONMENT_INVALID, SECRET_UNAVAILABLE, TUNNEL_FAILED; CONNECT_FAILED where a typed password is refused
 */
export type OpenEngine = (request: OpenRequest) => Promise<EngineSession>;
