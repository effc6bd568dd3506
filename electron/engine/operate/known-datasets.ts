import type { Client } from 'pg';
import { nearNamesHint } from '../connect/near-names';
import { SyncError } from '../errors';
import type { EngineContext } from './context';

/**
 * Refuses the name of a dataset that is neither defined nor known to the history: that of one which is defined no more stays readable.
 * @throws SyncError DATASET_UNKNOWN
 */
export async function requireKnownDataset(
  context: EngineContext,
  system: Client,
  name: string | undefined,
): Promise<void> {
  if (name === undefined || context.definitions.some((definition) => definition.name === name)) return;
  const { rows } = await system.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT FROM astro_sync.job_queue WHERE dataset = $1)
       OR EXISTS (SELECT FROM astro_sync.run_dataset WHERE dataset = $1)
       OR EXISTS (SELECT FROM astro_sync.row_error WHERE dataset = $1) AS known`,
    [name],
  );
  if (rows[0]?.known === true) return;
  const ran = await system.query<{ dataset: string }>('SELECT DISTINCT dataset FROM astro_sync.run_dataset ORDER BY 1');
  const names = [
    ...new Set([
      ...context.definitions.map((definition) => definition.name),
      ...ran.rows.map(({ dataset }) => dataset),
    ]),
  ];
  throw new SyncError('DATASET_UNKNOWN', `There is no dataset "${name}", and the history knows none of that name`, {
    hint: nearNamesHint(name, names, 'There are'),
    details: { dataset: name },
  });
}
