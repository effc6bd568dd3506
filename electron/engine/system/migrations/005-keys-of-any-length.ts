import type { Migration } from '../migrate';

/**
 * An index row holds at most 2,704 bytes, a key or the name of an application any number: one long key must not stop all others. A
 * long key is known in the indexes by its hash, a long name by its beginning. Jobs that a retry made pending although no entry told
 * what to do are failed again.
 */
export const keysOfAnyLength: Migration = {
  version: 5,
  name: 'keys of any length',
  sql: `
CREATE FUNCTION astro_sync.long_entity(entity_key jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT 'sha256:' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to($1::pg_catalog.text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION astro_sync.entity_of(entity_key jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN pg_catalog.octet_length($1::pg_catalog.text) <= 1000 THEN $1::pg_catalog.text ELSE astro_sync.long_entity($1) END
$$;
COMMENT ON FUNCTION astro_sync.entity_of IS 'entity_key as job_queue.entity has it; written so that the planner can put its body in its place';

ALTER TABLE astro_sync.job_queue DROP COLUMN entity,
  ADD COLUMN entity text COLLATE "C" NOT NULL GENERATED ALWAYS AS (astro_sync.entity_of(entity_key)) STORED;
COMMENT ON COLUMN astro_sync.job_queue.entity IS 'entity_key as text, ten times as fast to index; its hash where it is too long for an index';
ALTER TABLE astro_sync.job_queue ADD UNIQUE (dataset, entity, capture_id, change_id);
CREATE INDEX job_queue_failed ON astro_sync.job_queue (dataset, entity) WHERE status = 'failed';

UPDATE astro_sync.job_queue SET status = 'failed', executed_at = now(), note = concat_ws('; ', note, 'failed again: its entry cannot be read')
WHERE status = 'pending' AND NOT gap AND attempts = 0 AND last_error IS NOT NULL;

CREATE OR REPLACE FUNCTION astro_sync.note_new_jobs() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO astro_sync.job_block AS b (block, dataset, database, application, jobs, oldest, newest, names)
  SELECT block, dataset, database, application, sum(jobs), min(oldest), max(newest),
    array_agg(actor) || coalesce(array_agg(DISTINCT run) FILTER (WHERE run IS NOT NULL), '{}')
  FROM (
    SELECT id >> 10 AS block, dataset, coalesce(origin ->> 'database', '') AS database,
      left(coalesce(origin ->> 'application', ''), 200) AS application, hashtext('actor ' || coalesce(origin ->> 'actor', '')) AS actor,
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

CREATE OR REPLACE FUNCTION astro_sync.note_removed_jobs() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM astro_sync.job_block;
    RETURN NULL;
  END IF;
  UPDATE astro_sync.job_block b SET jobs = b.jobs - gone.jobs
  FROM (
    SELECT id >> 10 AS block, dataset, coalesce(data #>> '{origin,database}', '') AS database,
      left(coalesce(data #>> '{origin,application}', ''), 200) AS application, count(*) AS jobs
    FROM old_jobs GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ) gone
  WHERE b.block = gone.block AND b.dataset = gone.dataset AND b.database = gone.database AND b.application = gone.application;
  DELETE FROM astro_sync.job_block WHERE jobs <= 0;
  RETURN NULL;
END $$;

UPDATE astro_sync.job_block SET application = left(application, 200) WHERE length(application) > 200;
`,
};
