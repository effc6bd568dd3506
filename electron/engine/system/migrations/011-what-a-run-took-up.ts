import type { Migration } from '../migrate';

/**
 * A run's record says how many changes it took up and of how many rows, as its preview did; and a checkpoint which run verified the dataset
 * as a whole, so that the result is told with the time at which it was so.
 */
export const whatARunTookUp: Migration = {
  version: 11,
  name: 'what a run took up',
  sql: `
ALTER TABLE astro_sync.run_dataset ADD COLUMN changes integer, ADD COLUMN changed_rows integer;
COMMENT ON COLUMN astro_sync.run_dataset.changes IS 'jobs that an incremental run took up; null elsewhere';
COMMENT ON COLUMN astro_sync.run_dataset.changed_rows IS 'entities that these jobs were of';
ALTER TABLE astro_sync.checkpoint ADD COLUMN verified_run uuid;
COMMENT ON COLUMN astro_sync.checkpoint.verified_run IS 'the run or verification of last_verified_at; null where it was before this column';
`,
};
