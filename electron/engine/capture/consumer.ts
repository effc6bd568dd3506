import type { Client } from 'pg';
import { SyncError } from '../errors';

/**
 * Makes a SystemDB the one that reads this source's changes; true where it was not before.
 * @throws SyncError CONSUMER_TAKEN where another SystemDB reads them, without takeOver
 */
export async function takeConsumer(
  client: Client,
  options: { readonly systemId: string; readonly environmentName: string; readonly takeOver?: boolean },
): Promise<boolean> {
  const { rows } = await client.query<{ system_id: string; environment: string; since: string }>(
    'SELECT system_id, environment, since::text FROM astro_sync.consumer WHERE system_id <> $1',
    [options.systemId],
  );
  const other = rows[0];
  if (other !== undefined) {
    if (options.takeOver !== true) {
      throw new SyncError(
        'CONSUMER_TAKEN',
        `The changes of database "${client.database ?? ''}" are read by another SystemDB (environment "${other.environment}", since ${other.since})`,
        {
          hint: 'Take over with "astro-sync init --take-over": the other one then needs a full run before it can go on.',
          details: { environment: other.environment, since: other.since },
        },
      );
    }
    await client.query('DELETE FROM astro_sync.consumer WHERE system_id <> $1', [options.systemId]);
  }
  const { rowCount } = await client.query(
    'INSERT INTO astro_sync.consumer (system_id, environment) VALUES ($1, $2) ON CONFLICT (system_id) DO NOTHING',
    [options.systemId, options.environmentName],
  );
  return rowCount === 1;
}
