import type { PostgresDatabase } from './postgres';

/**
 * Stops what a session of our own role runs; a session that runs nothing is not touched. Never rejects: where it could not be
 * stopped, the run ends all the same at its next step, and closing the connections ends what the server still does.
 * @param pid of the session's backend
 */
export async function cancelStatement(database: PostgresDatabase, pid: number): Promise<void> {
  try {
    const client = await database.connect('cancel');
    try {
      await client.query('SELECT pg_cancel_backend($1)', [pid]);
    } finally {
      await client.end();
    }
  } catch {
    // See above.
  }
}
