import type { Client } from 'pg';

/** The highest job id given out so far; under the relay's lock nobody else makes jobs of the same source. */
export async function lastJobId(system: Client): Promise<string> {
  const { rows } = await system.query<{ id: string }>(
    'SELECT (CASE WHEN is_called THEN last_value ELSE 0 END)::text AS id FROM astro_sync.job_queue_id_seq',
  );
  return rows[0]?.id ?? '0';
}
