import type { Client } from 'pg';
import type { RowErrorRecord } from '../../../shared/engine/reports';
import { isoTime } from './iso-time';

/** Bad rows, newest first; values of masked columns were never recorded. */
export async function listRowErrors(
  system: Client,
  query: { readonly run?: string; readonly dataset?: string; readonly before?: string; readonly limit: number },
): Promise<RowErrorRecord[]> {
  const { rows } = await system.query<RowErrorRecord>(
    `SELECT id, run_id AS run, dataset, key, operation, column_name AS "column", value, sqlstate, reason, ${isoTime('at')} AS at
     FROM astro_sync.row_error
     WHERE ($1::text IS NULL OR run_id::text = $1) AND ($2::text IS NULL OR dataset = $2) AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [query.run ?? null, query.dataset ?? null, query.before ?? null, query.limit],
  );
  return rows;
}
