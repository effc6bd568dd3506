import { captureState } from '../capture/state';
import { reading } from '../connect/kept-connections';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import { readSystem } from './context';
import type { EngineContext } from './context';

/** Changes of one database that are captured and have no jobs yet. */
export interface Unrelayed {
  readonly database: string;
  /** null where the database could not be asked. */
  readonly changes: number | null;
}

/**
 * How many changes are captured in the sources and not yet in the queue; a plan, run or verification fetches them.
 * @param dataset only changes of tables that this dataset reads, in its own source; undefined: of every PostgreSQL source
 */
export async function unrelayed(context: EngineContext, dataset?: string): Promise<readonly Unrelayed[]> {
  const { environment, definitions } = context;
  const concerned = definitions.filter(({ name }) => dataset === undefined || name === dataset);
  const databases = [...new Set(concerned.map(({ source }) => source.database))].filter(
    (name) => environment.definition.databases[name]?.engine === 'postgres',
  );
  return Promise.all(
    databases.map(async (database) => ({
      database,
      changes: await reading(environment.postgres(database), 'status', async (client) => {
        const relayed = await readSystem(context, 'status', (system) => relayedSnapshot(client, system));
        const state = await captureState(client, relayed);
        return dataset === undefined ? state.unrelayed : (state.unrelayedOf[dataset] ?? 0);
      }).catch(() => null),
    })),
  );
}
