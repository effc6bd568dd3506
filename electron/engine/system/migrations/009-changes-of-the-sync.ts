import type { Migration } from '../migrate';

const at = (origin: string): string => `coalesce((${origin} ->> 'at')::timestamptz, created_at)`;
const by = (origin: string): string =>
  `hashtext(CASE WHEN ${origin} ->> 'run' IS NULL THEN 'by others' ELSE 'by sync' END)`;

/**
 * A run that writes into the source of another dataset has as many changes captured there as it writes rows. The notes of the blocks
 * tell which blocks hold such changes and which hold those of anybody else, so that neither is looked for among half a million of the
 * other.
 */
export const changesOfTheSync: Migration = {
  version: 9,
  name: 'changes of the sync',
  sql: `
CREATE OR REPLACE FUNCTION astro_sync.note_new_jobs() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO astro_sync.job_block AS b (block, dataset, database, application, jobs, oldest, newest, names)
  SELECT block, dataset, database, application, sum(jobs), min(oldest), max(newest),
    array_agg(DISTINCT actor) || array_agg(DISTINCT role) || array_agg(DISTINCT writer)
      || coalesce(array_agg(DISTINCT run) FILTER (WHERE run IS NOT NULL), '{}')
  FROM (
    SELECT id >> 10 AS block, dataset, coalesce(origin ->> 'database', '') AS database,
      left(coalesce(origin ->> 'application', ''), 200) AS application, hashtext('actor ' || coalesce(origin ->> 'actor', '')) AS actor,
      hashtext('role ' || coalesce(origin ->> 'session_user', '')) AS role, ${by('origin')} AS writer,
      hashtext('run ' || (origin ->> 'run')) AS run, count(*) AS jobs,
      min(${at('origin')}) AS oldest, max(${at('origin')}) AS newest
    FROM (SELECT id, dataset, created_at, data -> 'origin' AS origin FROM new_jobs OFFSET 0) job
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ) names
  GROUP BY block, dataset, database, application
  ORDER BY block, dataset, database, application
  ON CONFLICT (block, dataset, database, application) DO UPDATE SET jobs = b.jobs + excluded.jobs,
    oldest = least(b.oldest, excluded.oldest), newest = greatest(b.newest, excluded.newest),
    names = ARRAY(SELECT DISTINCT unnest(b.names || excluded.names));
  RETURN NULL;
END $$;

UPDATE astro_sync.job_block b SET names = b.names || j.writers
FROM (
  SELECT id >> 10 AS block, dataset, coalesce(origin ->> 'database', '') AS database,
    left(coalesce(origin ->> 'application', ''), 200) AS application, array_agg(DISTINCT ${by('origin')}) AS writers
  FROM (SELECT id, dataset, data -> 'origin' AS origin FROM astro_sync.job_queue OFFSET 0) job
  GROUP BY 1, 2, 3, 4
) j
WHERE b.block = j.block AND b.dataset = j.dataset AND b.database = j.database AND b.application = j.application;

COMMENT ON COLUMN astro_sync.job_block.names IS
  'hashes of the actors, the database roles and the runs that made these changes, and of whether a run of the sync made them, or others';
`,
};
