import type { Migration } from '../migrate';

/**
 * Which entities of a dataset are failed is asked by every run and every status: an index of those alone. A failed job whose entity was
 * applied later no longer counts; those of before this version are put right here, those that come are by whoever settles.
 */
export const failedEntities: Migration = {
  version: 4,
  name: 'failed entities',
  sql: `
CREATE INDEX job_queue_failed ON astro_sync.job_queue (dataset, entity) WHERE status = 'failed';
UPDATE astro_sync.job_queue j SET status = 'completed', note = concat_ws('; ', j.note, 'superseded by job ' || newer.id)
FROM (
  SELECT f.id AS failed, max(n.id) AS id FROM astro_sync.job_queue f
  JOIN astro_sync.job_queue n ON n.dataset = f.dataset AND n.entity = f.entity AND n.id > f.id AND n.status IN ('completed', 'skipped')
  WHERE f.status = 'failed' AND NOT f.gap GROUP BY f.id
) newer
WHERE j.id = newer.failed;
`,
};
