import { openEnvironment } from '../../engine/connect/environment';
import type { Environment } from '../../engine/connect/environment';
import { parseAddress } from '../../engine/connect/database-address';
import { reading } from '../../engine/connect/kept-connections';
import { isRefusedLogin, refusedLogins } from '../../engine/connect/refused-logins';
import type { EngineOptions } from '../../engine/operate/api';
import { openEngine } from '../../engine/operate/open';
import type { Hop } from '../../../shared/engine/reports';
import { SyncError } from '../../engine/errors';
import type { OpenTunnel, Target } from '../tunnel/tunnel';
import { engineToCome } from './engine-proxy';
import type { EngineSession, OpenRequest, TunnelWay } from './engine-session';
import { readDefinitions } from './read-definitions';

/**
 * Opens an environment in this thread: what the worker does, and what tests do without one.
 * @param onWarning gets what is wrong with secrets and files, without any secret
 * @throws SyncError ENVIRONMENT_INVALID, SECRET_UNAVAILABLE, TUNNEL_FAILED, CONNECT_FAILED
 */
export async function openHere(
  request: OpenRequest,
  onWarning: (text: string) => void = () => undefined,
): Promise<EngineSession> {
  const way = await tunnelOf(request);
  const { tunnel, failure } = way;
  const behind = request.tunnel?.databases ?? [];
  const environment = await openEnvironment(request.definition, {
    folder: request.folder,
    onWarning,
    passwords: request.secrets,
    via: tunnel?.via ?? {},
    unusable: failure === null ? {} : Object.fromEntries(behind.map((name) => [name, failure])),
    refused: refusedLogins(),
    tolerant: request.tolerant ?? false,
  }).catch(async (error: unknown) => {
    await tunnel?.close();
    throw error;
  });
  await assertLetIn(environment, request.typed ?? []).catch(async (error: unknown) => {
    await environment.close();
    await tunnel?.close();
    throw error;
  });
  let read = await readDefinitions(request.datasets);
  const lateEnds: NonNullable<EngineOptions['lateEnds']> = [];
  return {
    opened: { databases: databasesOf(environment), definitions: read.told },
    engine(listener) {
      const { definitions } = read;
      const opening = openEngine({ environment, definitions, caller: request.caller, listener, lateEnds });
      return engineToCome(() => opening);
    },
    async reload() {
      read = await readDefinitions(request.datasets, read);
      return read.told;
    },
    tunnelWays: () => Promise.all(behind.map((database) => wayTo(database, way))),
    async ping() {
      // Of a port of this computer that closes at once nobody could tell which hop it was.
      for (const database of behind) await tunnel?.attempt(database);
      await Promise.all(environment.names.map((name) => greet(environment, name)));
    },
    dropKept() {
      tunnel?.probe();
      environment.dropKept();
      return Promise.resolve();
    },
    async close() {
      await environment.close();
      await tunnel?.close();
    },
  };
}

function databasesOf(environment: Environment) {
  return environment.names.map((name) => {
    const { engine, label } = environment.database(name);
    return { name, engine, label, system: name === environment.system.name };
  });
}

async function greet(environment: Environment, name: string): Promise<void> {
  const database = environment.database(name);
  if (database.engine === 'redis') {
    (await database.connect('reach')).disconnect();
    return;
  }
  await reading(database, 'reach', async (client) => {
    await client.query('SELECT 1');
  });
}

/**
 * Tries the passwords that were typed in. A server that is away says nothing of them.
 * @throws SyncError CONNECT_FAILED where one is refused; `details.missing` names those databases
 */
async function assertLetIn(environment: Environment, typed: readonly string[]): Promise<void> {
  const tried = await Promise.all(
    typed.map(async (name) => ({ name, error: await greet(environment, name).catch((error: unknown) => error) })),
  );
  const refused = tried.flatMap(({ name, error }) => (isRefusedLogin(error) ? [{ name, error }] : []));
  if (refused.length === 0) return;
  throw new SyncError('CONNECT_FAILED', refused.map(({ error }) => error.message).join('; '), {
    hint: 'Type the password in again. If the user is wrong, correct it in the form of the environment.',
    details: { ...refused[0]?.error.details, missing: refused.map(({ name }) => name) },
  });
}

/** A tunnel, or why there is none, and the hops of its last dial. */
interface Way {
  readonly tunnel: OpenTunnel | null;
  readonly failure: SyncError | null;
  readonly dialled: () => readonly Hop[];
}

async function tunnelOf({ tunnel, definition, secrets, tolerant }: OpenRequest): Promise<Way> {
  let hops: Hop[] = [];
  const dialled = (): readonly Hop[] => hops;
  if (tunnel === null) return { tunnel: null, failure: null, dialled };
  const { openTunnel } = await import('../tunnel/tunnel');
  const targets = tunnel.databases.map((name): [string, Target] => {
    const { host, port } = parseAddress(definition.databases[name]?.url ?? '', name);
    return [name, { host, port }];
  });
  const onDial = () => {
    const mine: Hop[] = [];
    hops = mine;
    return (hop: Hop): void => void mine.push(hop);
  };
  try {
    const opened = await openTunnel(tunnel.definition, Object.fromEntries(targets), secrets['tunnel'], onDial);
    return { tunnel: opened, failure: null, dialled };
  } catch (error) {
    if (tolerant !== true || !(error instanceof SyncError) || error.code !== 'TUNNEL_FAILED') throw error;
    return { tunnel: null, failure: error, dialled };
  }
}

/** The hops of the dial, and that from the SSH host to the database. */
async function wayTo(database: string, { tunnel, dialled }: Way): Promise<TunnelWay> {
  if (tunnel === null) return { database, hops: dialled() };
  const start = performance.now();
  const channel = (ok: boolean, detail: string): TunnelWay => {
    const hops = dialled();
    const hop = { name: 'tunnel channel', ok, detail, duration_ms: Math.round((performance.now() - start) * 10) / 10 };
    return { database, hops: hops.every((each) => each.ok) ? [...hops, hop] : hops };
  };
  try {
    await tunnel.attempt(database);
    return channel(true, 'the SSH host reaches the database, whose name it looks up itself');
  } catch (error) {
    return channel(false, error instanceof Error ? error.message : String(error));
  }
}
