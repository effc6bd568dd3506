import type { Migration } from '../migrate';

/**
 * What the queue needs so that any filter is answered at once, at the least cost for those who fill and settle it: a note of what
 * each block of 1,024 ids holds, and indexes of the jobs that a run settled and of those that were not completed.
 * See docs/decisions/0009.
 */
export const findingJobs: Migration = {
  version: 2,
  name: 'finding jobs',
  sql: `
CREATE TABLE astro_sync.job_block (
  block bigint NOT NULL,
  dataset text COLLATE "C" NOT NULL,
  database text COLLATE "C" NOT NULL,
  application text COLLATE "C" NOT NULL,
  jobs integer NOT NULL,
  oldest timestamptz NOT NULL,
  newest timestamptz NOT NULL,
  names integer[] NOT NULL,
  PRIMARY KEY (block, dataset, database, application)
) WITH (fillfactor = 80);
COMMENT ON TABLE astro_sync.job_block IS 'what the jobs of each block of 1024 ids have in common, kept by triggers: a search reads only blocks that may hold what it wants';
COMMENT ON COLUMN astro_sync.job_block.names IS 'hashes of the actors and of the runs that made these changes';

CREATE FUNCTION astro_sync.note_new_jobs() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO astro_sync.job_block AS b (block, dataset, database, application, jobs, oldest, newest, names)
  SELECT block, dataset, database, application, sum(jobs), min(oldest), max(newest),
    array_agg(actor) || coalesce(array_agg(DISTINCT run) FILTER (WHERE run IS NOT NULL), '{}')
  FROM (
    SELECT id >> 10 AS block, dataset, coalesce(origin ->> 'database', '') AS database,
      coalesce(origin ->> 'application', '') AS application, hashtext('actor ' || coalesce(origin ->> 'actor', '')) AS actor,
      hashtext('run ' || (origin ->> 'run')) AS run, count(*) AS jobs, min(created_at) AS oldest, max(created_at) AS newest
    FROM (SELECT id, dataset, created_at, data -> 'origin' AS origin FROM new_jobs OFFSET 0) job
    GROUP BY 1, 2, 3, 4, 5, 6
  ) names
  GROUP BY block, dataset, database, application
  ORDER BY block, dataset, database, application
  ON CONFLICT (block, dataset, database, application) DO UPDATE SET jobs = b.jobs + excluded.jobs,
    oldest = least(b.oldest, excluded.oldest), newest = greatest(b.newest, excluded.newest),
    names = ARRAY(SELECT DISTINCT unnest(b.names || excluded.names));
  RETURN NULL;
END $$;

CREATE FUNCTION astro_sync.note_removed_jobs() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM astro_sync.job_block;
    RETURN NULL;
  END IF;
  UPDATE astro_sync.job_block b SET jobs = b.jobs - gone.jobs
  FROM (
    SELECT id >> 10 AS block, dataset, coalesce(data #>> '{origin,database}', '') AS database,
      coalesce(data #>> '{origin,application}', '') AS application, count(*) AS jobs
    FROM old_jobs GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ) gone
  WHERE b.block = gone.block AND b.dataset = gone.dataset AND b.database = gone.database AND b.application = gone.application;
  DELETE FROM astro_sync.job_block WHERE jobs <= 0;
  RETURN NULL;
END $$;

CREATE TRIGGER note_new_jobs AFTER INSERT ON astro_sync.job_queue REFERENCING NEW TABLE AS new_jobs
  FOR EACH STATEMENT EXECUTE FUNCTION astro_sync.note_new_jobs();
CREATE TRIGGER note_removed_jobs AFTER DELETE ON astro_sync.job_queue REFERENCING OLD TABLE AS old_jobs
  FOR EACH STATEMENT EXECUTE FUNCTION astro_sync.note_removed_jobs();
CREATE TRIGGER note_emptied_queue AFTER TRUNCATE ON astro_sync.job_queue
  FOR EACH STATEMENT EXECUTE FUNCTION astro_sync.note_removed_jobs();

INSERT INTO astro_sync.job_block (block, dataset, database, application, jobs, oldest, newest, names)
SELECT id >> 10, dataset, coalesce(data #>> '{origin,database}', ''), coalesce(data #>> '{origin,application}', ''),
  count(*), min(created_at), max(created_at),
  array_agg(DISTINCT hashtext('actor ' || coalesce(data #>> '{origin,actor}', '')))
    || coalesce(array_agg(DISTINCT hashtext('run ' || (data #>> '{origin,run}'))) FILTER (WHERE data #>> '{origin,run}' IS NOT NULL), '{}')
FROM astro_sync.job_queue GROUP BY 1, 2, 3, 4;

CREATE INDEX job_queue_left ON astro_sync.job_queue (status, id) WHERE status IN ('failed', 'conflict', 'skipped');
CREATE INDEX job_queue_run ON astro_sync.job_queue (run_id, id) WHERE run_id IS NOT NULL;
CREATE INDEX row_error_entity ON astro_sync.row_error (dataset, hashtext(key::text));
`,
};
