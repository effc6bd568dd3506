import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { ResolvedDataset } from '../dataset/resolved';
import { subscriptionsOf } from './subscriptions';
import type { Subscription } from './subscriptions';

/** Every subscription installed in this source, of all datasets. */
export async function readSubscriptions(client: Client): Promise<Subscription[]> {
  const { rows } = await client.query<Omit<Subscription, 'table'> & { schema: string; name: string }>(
    `SELECT dataset, position, job_type AS "jobType", entity_type AS "entityType", schema_name AS schema, table_name AS name, role,
       key_names AS "keyNames", key_columns AS "keyColumns", integer_key AS "integerKey", keys_sql AS "keysSql",
       value_columns AS "valueColumns", watched_columns AS "watchedColumns"
     FROM astro_sync.subscription ORDER BY dataset, position`,
  );
  return rows.map(({ schema, name, ...rest }) => ({ ...rest, table: { schema, name } }));
}

/** Makes the subscriptions of these datasets exactly those given, in one transaction; what is the same keeps its installed_at. */
export async function replaceSubscriptions(
  client: Client,
  datasets: readonly string[],
  wanted: readonly Subscription[],
): Promise<void> {
  const before = await readSubscriptions(client);
  const of = (list: readonly Subscription[], dataset: string): Subscription[] =>
    list.filter((s) => s.dataset === dataset);
  const changed = datasets.filter((name) => !isDeepStrictEqual(of(before, name), of(wanted, name)));
  if (changed.length === 0) return;
  await client.query('BEGIN');
  try {
    await client.query('DELETE FROM astro_sync.subscription WHERE dataset = ANY ($1::text[])', [changed]);
    for (const s of wanted.filter(({ dataset }) => changed.includes(dataset))) {
      await client.query(
        `INSERT INTO astro_sync.subscription (dataset, position, job_type, entity_type, schema_name, table_name, role,
           key_names, key_columns, integer_key, keys_sql, value_columns, watched_columns)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          s.dataset,
          s.position,
          s.jobType,
          s.entityType,
          s.table.schema,
          s.table.name,
          s.role,
          s.keyNames,
          s.keyColumns,
          s.integerKey,
          s.keysSql,
          s.valueColumns,
          s.watchedColumns,
        ],
      );
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** When the capture of each dataset was last installed or changed, as text: tells whether it is still the same. */
export async function readInstallations(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ dataset: string; installed_at: string }>(
    'SELECT dataset, min(installed_at)::text AS installed_at FROM astro_sync.subscription GROUP BY dataset',
  );
  return Object.fromEntries(rows.map((row) => [row.dataset, row.installed_at]));
}

/** True where the installed capture of a dataset is what its definition, as resolved now, needs of this database. */
export async function isCaptured(client: Client, dataset: ResolvedDataset, databaseName: string): Promise<boolean> {
  const { rows } = await client.query<{ installed: boolean }>(
    `SELECT to_regclass('astro_sync.subscription') IS NOT NULL AS installed`,
  );
  if (rows[0]?.installed !== true) return false;
  const wanted = subscriptionsOf([dataset], databaseName);
  const stored = (await readSubscriptions(client)).filter((subscription) => subscription.dataset === dataset.name);
  return wanted.length > 0 && isDeepStrictEqual(stored, wanted);
}
