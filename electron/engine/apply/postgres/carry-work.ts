import type { Client } from 'pg';
import { aside, deletes } from './work-tables';

/** What a writer's session remembered, as texts of rows by table. */
export type CarriedWork = ReadonlyMap<string, readonly string[]>;

/** Beyond so much a session is kept for what it remembers. */
const carriedBytes = 1024 * 1024;

/** Reads what a writer's session remembers, so that another session may go on with it; null where that is too much. */
export async function takeOut(writer: Client): Promise<CarriedWork | null> {
  const carried = new Map<string, readonly string[]>();
  let bytes = 0;
  for (const table of [deletes, aside]) {
    const { rows: sizes } = await writer.query<{ bytes: string }>(
      `SELECT coalesce(sum(octet_length(t::text)), 0) AS bytes FROM ${table} AS t`,
    );
    bytes += Number(sizes[0]?.bytes);
    if (bytes > carriedBytes) return null;
    const { rows } = await writer.query<{ text: string }>(
      `SELECT t::text AS text FROM ${table} AS t ORDER BY t.astro_sync_n`,
    );
    carried.set(
      table,
      rows.map(({ text }) => text),
    );
  }
  return carried;
}

/** Gives a new session, whose work tables are empty, what another one remembered. */
export async function putBack(writer: Client, carried: CarriedWork): Promise<void> {
  for (const [table, rows] of carried) {
    if (rows.length === 0) continue;
    await writer.query(
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT (r.text::${table}).* FROM unnest($1::pg_catalog.text[]) AS r (text)`,
      [rows],
    );
    await writer.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'astro_sync_n'), (SELECT max(astro_sync_n) FROM ${table}))`,
    );
  }
}
