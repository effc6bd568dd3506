import { openEnvironment } from '../../engine/connect/environment';
import type { Environment } from '../../engine/connect/environment';
import { parseAddress } from '../../engine/connect/database-address';
import { reading } from '../../engine/connect/kept-connections';
import { openEngine } from '../../engine/operate/open';
import type { OpenTunnel, Target } from '../tunnel/tunnel';
import { engineToCome } from './engine-proxy';
import type { EngineSession, OpenRequest, TunnelHop } from './engine-session';
import { readDefinitions } from './read-definitions';

/**
 * Opens an environment in this thread: what the worker does, and what tests do without one.
 * @param onWarning gets what is wrong with secrets and files, without any secret
 * @throws SyncError ENVIRONMENT_INVALID, SECRET_UNAVAILABLE, TUNNEL_FAILED
 */
export async function openHere(
  request: OpenRequest,
  onWarning: (text: string) => void = () => undefined,
): Promise<EngineSession> {
  const tunnel = await tunnelOf(request);
  const environment = await openEnvironment(request.definition, {
    folder: request.folder,
    onWarning,
    passwords: request.secrets,
    via: tunnel?.via ?? {},
  }).catch(async (error: unknown) => {
    await tunnel?.close();
    throw error;
  });
  const behind = request.tunnel?.databases ?? [];
  let read = await readDefinitions(request.datasets);
  return {
    opened: { databases: databasesOf(environment), definitions: read.told },
    engine(listener) {
      const opening = openEngine({ environment, definitions: read.definitions, caller: request.caller, listener });
      return engineToCome(() => opening);
    },
    async reload() {
      read = await readDefinitions(request.datasets);
      return read.told;
    },
    async tunnelHops() {
      return Promise.all(behind.map((database) => hopOf(database, tunnel)));
    },
    async ping() {
      // Of a port of this computer that closes at once nobody could tell which hop it was.
      for (const database of behind) await tunnel?.attempt(database);
      await Promise.all(environment.names.map((name) => greet(environment, name)));
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

async function tunnelOf({ tunnel, definition, secrets }: OpenRequest): Promise<OpenTunnel | null> {
  if (tunnel === null) return null;
  const { openTunnel } = await import('../tunnel/tunnel');
  const targets = tunnel.databases.map((name): [string, Target] => {
    const { host, port } = parseAddress(definition.databases[name]?.url ?? '', name);
    return [name, { host, port }];
  });
  return openTunnel(tunnel.definition, Object.fromEntries(targets), secrets['tunnel']);
}

async function hopOf(database: string, tunnel: OpenTunnel | null): Promise<TunnelHop> {
  const start = performance.now();
  const hop = (ok: boolean, detail: string): TunnelHop => ({
    database,
    hop: { name: 'tunnel', ok, detail, duration_ms: Math.round((performance.now() - start) * 10) / 10 },
  });
  try {
    await tunnel?.attempt(database);
    return hop(true, 'the key of the SSH host is the known one, and it leads there');
  } catch (error) {
    return hop(false, error instanceof Error ? error.message : String(error));
  }
}
