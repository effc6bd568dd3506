import { openEnvironment } from '../../engine/connect/environment';
import type { Environment } from '../../engine/connect/environment';
import { openEngine } from '../../engine/operate/open';
import { engineToCome } from './engine-proxy';
import type { EngineSession, OpenRequest } from './engine-session';
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
  const environment = await openEnvironment(request.definition, {
    folder: request.folder,
    onWarning,
    passwords: request.secrets,
  });
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
    async ping() {
      await Promise.all(environment.names.map((name) => greet(environment, name)));
    },
    close: () => environment.close(),
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
  const client = await database.connect('reach');
  await client.end();
}
