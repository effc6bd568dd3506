import type { Session, Unreachable } from '../../../shared/contract/methods/session';
import type { ProfileDraft } from '../../../shared/contract/profile';
import type { EngineListener } from '../../../shared/engine/events';
import { definitionState } from '../../engine/dataset/definition-files';
import { SyncError } from '../../engine/errors';
import type { Caller, Engine } from '../../engine/operate/api';
import type { Definitions, EngineSession, OpenEngine, OpenRequest, TunnelWay } from '../engine/engine-session';
import { engineToCome } from '../engine/engine-proxy';
import type { Hub } from '../events/hub';
import { watchReachability } from './reachability';
import type { Reachability } from './reachability';
import { watchDefinitions } from './watch-definitions';

/** An environment to be opened, and what a page is told of it beside what the engine knows. */
export interface Opening {
  readonly request: Omit<OpenRequest, 'caller'>;
  /** Id of the saved profile; null where the environment came from elsewhere. */
  readonly profile: string | null;
  readonly color: Session['environment']['color'];
  readonly sandbox: boolean;
  /** The environment file, where it is opened from one. */
  readonly file?: string;
  /** Databases whose password was typed in for this process alone. */
  readonly typed?: readonly string[];
  /** The profile as it stood when it was opened. */
  readonly saved?: ProfileDraft;
  /** Called once, when every server answered for the first time. */
  readonly onReached?: () => void;
}

/** The environment of this host that is open, if any. All pages share it. */
export interface SessionHolder {
  current(): Session | null;
  /** Opens an environment in place of the one that is open, which stays where that fails. @throws SyncError as the engine does; RUNS_ACTIVE */
  open(opening: Opening): Promise<Session>;
  /** @throws SyncError RUNS_ACTIVE */
  close(): Promise<void>;
  /** As close, where the host itself ends: no page is told, so that each keeps what it shows. */
  end(): Promise<void>;
  /** Those that the open environment was opened with, by name of the database. */
  secrets(): Readonly<Record<string, string>>;
  /** The profile as it stood when the environment was opened from it; null where it came from elsewhere. */
  openedAs(): ProfileDraft | null;
  /** @throws SyncError RUNS_ACTIVE where work is under way */
  assertIdle(): void;
  /** @throws SyncError NO_SESSION */
  require(): Session;
  /** The engine; its events go to the given listener, else to every page. @throws SyncError NO_SESSION */
  engine(listener?: EngineListener): Engine;
  /** How the way through the tunnel goes, where there is one. @throws SyncError NO_SESSION */
  tunnelWays(): Promise<readonly TunnelWay[]>;
  /** Reads the definitions again now. @throws SyncError NO_SESSION */
  reload(): Promise<void>;
  definitions(): Definitions;
  /** The engine of the open environment has crashed: the next use starts it anew. */
  crashed(): void;
  /** What the servers last said of themselves; null where all answer, or none was asked yet. */
  unreachable(): Unreachable | null;
  /** Asks the servers now whether they answer, and tells the pages. */
  lookNow(): void;
  /** The computer woke up, or has another network: as lookNow, on connections that are opened anew. */
  lookAfresh(): void;
}

interface Open {
  session: Session;
  definitions: Definitions;
  readonly opening: Opening;
  engine: Promise<EngineSession>;
  reachability: Pick<Reachability, 'lookNow' | 'unreachable'> | null;
  stop: () => void;
}

export interface SessionOptions {
  readonly hub: Hub;
  readonly openEngine: OpenEngine;
  readonly caller: Caller;
  /** Whether work is under way that closing would cut off. */
  readonly busy: () => boolean;
}

export function holdSession({ hub, openEngine, caller, busy }: SessionOptions): SessionHolder {
  let open: Open | null = null;
  let broken = false;

  const refuseWhileBusy = (): void => {
    if (!busy()) return;
    throw new SyncError('RUNS_ACTIVE', 'Work is under way in the environment that is open', {
      hint: 'Wait for its end or cancel it first.',
    });
  };
  const required = (): Open => {
    if (open !== null) return open;
    throw new SyncError('NO_SESSION', 'No environment is open', { hint: 'Open one first.' });
  };
  const tell = (opened: Open, definitions: Definitions): void => {
    opened.definitions = definitions;
    opened.session = {
      ...opened.session,
      datasets: definitions.datasets.map(({ name }) => name),
      definitions: { ...opened.session.definitions, errors: [...definitions.errors] },
    };
    hub.publish({ type: 'session' });
  };
  /** The engine of what is open; where it has crashed, a new one in its place. */
  const engineOf = (opened: Open): Promise<EngineSession> => {
    if (!broken) return opened.engine;
    broken = false;
    opened.engine = openEngine({ ...opened.opening.request, caller });
    opened.engine.catch(() => (broken = true));
    return opened.engine;
  };
  const reload = async (): Promise<void> => {
    const opened = required();
    const definitions = await (await engineOf(opened)).reload();
    if (open === opened) tell(opened, definitions);
  };
  const close = async (): Promise<void> => {
    if (open === null) return;
    const { engine, stop } = open;
    open = null;
    broken = false;
    stop();
    await (await engine.catch(() => null))?.close();
  };

  return {
    current: () => open?.session ?? null,
    require: () => required().session,
    definitions: () => required().definitions,
    engine(
      listener = (event) => {
        hub.publish(event);
      },
    ) {
      const opened = required();
      return engineToCome(async () => (await engineOf(opened)).engine(listener));
    },
    reload,
    secrets: () => open?.opening.request.secrets ?? {},
    openedAs: () => open?.opening.saved ?? null,
    assertIdle: refuseWhileBusy,
    tunnelWays: async () => (await engineOf(required())).tunnelWays(),
    crashed() {
      broken = open !== null;
    },
    unreachable: () => open?.reachability?.unreachable() ?? null,
    lookNow() {
      open?.reachability?.lookNow();
    },
    lookAfresh() {
      if (open === null) return;
      const { engine, reachability } = open;
      // Messages to the engine keep their order: what is asked from now on finds no old connection.
      engine.then((session) => session.dropKept()).catch(() => undefined);
      reachability?.lookNow();
    },
    async open(opening) {
      refuseWhileBusy();
      const { datasets } = opening.request;
      const asRead = definitionState(datasets);
      const engine = await openEngine({ ...opening.request, caller, typed: opening.typed ?? [] });
      try {
        // Another page may have started something meanwhile.
        refuseWhileBusy();
      } catch (error) {
        await engine.close();
        throw error;
      }
      await close();
      const opened: Open = {
        opening,
        engine: Promise.resolve(engine),
        definitions: engine.opened.definitions,
        session: sessionOf(opening, engine, caller.operator),
        reachability: null,
        stop: () => undefined,
      };
      open = opened;
      const stopWatching = watchDefinitions(datasets, () => void reload().catch(() => undefined), asRead);
      let reached = false;
      const reachability = watchReachability(hub, async () => {
        await (await engineOf(opened)).ping();
        if (!reached && open === opened) opening.onReached?.();
        reached = true;
      });
      opened.reachability = reachability;
      opened.stop = () => {
        stopWatching();
        reachability.end();
      };
      hub.publish({ type: 'session' });
      return opened.session;
    },
    end: close,
    async close() {
      refuseWhileBusy();
      await close();
      hub.publish({ type: 'session' });
    },
  };
}

function sessionOf(
  { request, profile, color, sandbox, file }: Opening,
  { opened }: EngineSession,
  operator: string,
): Session {
  const { definition, datasets } = request;
  return {
    profile,
    environment: {
      name: definition.name,
      level: definition.level,
      color,
      read_only: definition.read_only,
      sandbox,
      file: file ?? null,
    },
    operator,
    databases: opened.databases,
    datasets: opened.definitions.datasets.map(({ name }) => name),
    definitions: { folder: datasets, errors: [...opened.definitions.errors] },
    opened_at: new Date().toISOString(),
  };
}
