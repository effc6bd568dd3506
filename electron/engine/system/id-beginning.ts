import type { Client } from 'pg';
import { SyncError } from '../errors';

const whole = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const beginning = /^[0-9a-f][0-9a-f-]{5,}$/i;

/**
 * The whole id of a run or plan of which somebody gave the first 6 or more characters; a whole id is given back as it is.
 * @returns null where no id begins so
 * @throws SyncError USAGE where several begin so
 */
export async function wholeId(system: Client, table: 'run' | 'plan', text: string): Promise<string | null> {
  if (whole.test(text)) return text.toLowerCase();
  if (!beginning.test(text)) return null;
  const { rows } = await system.query<{ id: string }>(
    `SELECT id::text AS id FROM astro_sync.${table} WHERE id::text LIKE $1 ORDER BY 1 LIMIT 4`,
    [`${text.toLowerCase()}%`],
  );
  const [first, second] = rows;
  if (second === undefined) return first?.id ?? null;
  const found = rows.slice(0, 3).map(({ id }) => id);
  throw new SyncError('USAGE', `The ids of several ${table}s begin with ${text}: ${found.join(', ')}`, {
    hint: 'Give more of the id.',
    details: { id: text },
  });
}
