import type { Migration } from '../migrate';

const at = (origin: string): string => `coalesce((${origin} ->> 'at')::timestamptz, created_at)`;

/**
 * Who looks for a time means the time of the change, not of its job, which is made when somebody asks for it. The notes of the blocks
 * tell from when to when changes were made, and by which database roles. What a stream's writer said that is no time becomes the
 * time of the job.
 */
export const timeOfChanges: Migration = {
  version: 7,
  name: 'time of changes',
  sql: `
DO $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT DISTINCT block FROM astro_sync.job_block LOOP
    BEGIN
      PERFORM max((data #>> '{origin,at}')::timestamptz) FROM astro_sync.job_queue
      WHERE id >= one.block << 10 AND id < (one.block + 1) << 10;
    EXCEPTION WHEN data_exception THEN
      DECLARE
        job record;
      BEGIN
        FOR job IN SELECT id, data #>> '{origin,at}' AS said FROM astro_sync.job_queue
          WHERE id >= one.block << 10 AND id < (one.block + 1) << 10 LOOP
          BEGIN
            PERFORM job.said::timestamptz;
          EXCEPTION WHEN data_exception THEN
            UPDATE astro_sync.job_queue SET data = jsonb_set(data, '{origin,at}', to_jsonb(created_at)) WHERE id = job.id;
          END;
        END LOOP;
      END;
    END;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION astro_sync.note_new_jobs() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO astro_sync.job_block AS b (block, dataset, database, application, jobs, oldest, newest, names)
  SELECT block, dataset, database, application, sum(jobs), min(oldest), max(newest),
    array_agg(DISTINCT actor) || array_agg(DISTINCT role) || coalesce(array_agg(DISTINCT run) FILTER (WHERE run IS NOT NULL), '{}')
  FROM (
    SELECT id >> 10 AS block, dataset, coalesce(origin ->> 'database', '') AS database,
      left(coalesce(origin ->> 'application', ''), 200) AS application, hashtext('actor ' || coalesce(origin ->> 'actor', '')) AS actor,
      hashtext('role ' || coalesce(origin ->> 'session_user', '')) AS role,
      hashtext('run ' || (origin ->> 'run')) AS run, count(*) AS jobs,
      min(${at('origin')}) AS oldest, max(${at('origin')}) AS newest
    FROM (SELECT id, dataset, created_at, data -> 'origin' AS origin FROM new_jobs OFFSET 0) job
    GROUP BY 1, 2, 3, 4, 5, 6, 7
  ) names
  GROUP BY block, dataset, database, application
  ORDER BY block, dataset, database, application
  ON CONFLICT (block, dataset, database, application) DO UPDATE SET jobs = b.jobs + excluded.jobs,
    oldest = least(b.oldest, excluded.oldest), newest = greatest(b.newest, excluded.newest),
    names = ARRAY(SELECT DISTINCT unnest(b.names || excluded.names));
  RETURN NULL;
END $$;

UPDATE astro_sync.job_block b SET oldest = j.oldest, newest = j.newest, names = b.names || j.roles
FROM (
  SELECT id >> 10 AS block, dataset, coalesce(origin ->> 'database', '') AS database,
    left(coalesce(origin ->> 'application', ''), 200) AS application,
    min(${at('origin')}) AS oldest, max(${at('origin')}) AS newest,
    array_agg(DISTINCT hashtext('role ' || coalesce(origin ->> 'session_user', ''))) AS roles
  FROM (SELECT id, dataset, created_at, data -> 'origin' AS origin FROM astro_sync.job_queue OFFSET 0) job
  GROUP BY 1, 2, 3, 4
) j
WHERE b.block = j.block AND b.dataset = j.dataset AND b.database = j.database AND b.application = j.application;

COMMENT ON COLUMN astro_sync.job_block.oldest IS 'when the first of these changes was made; newest: the last';
COMMENT ON COLUMN astro_sync.job_block.names IS 'hashes of the actors, the database roles and the runs that made these changes';
`,
};
