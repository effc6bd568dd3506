import type { Client } from 'pg';
import type { TableVersion } from './relay-query';

/** Every version of every captured table: what the rows of the change log mean. */
export async function readVersions(source: Client): Promise<TableVersion[]> {
  const { rows } = await source.query<TableVersion>(
    `SELECT id, schema_name AS schema, table_name AS name, columns, types FROM astro_sync.captured_table ORDER BY id`,
  );
  return rows;
}
