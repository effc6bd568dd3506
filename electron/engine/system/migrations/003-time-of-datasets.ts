import type { Migration } from '../migrate';

/** A dataset waits for others between its steps: when it began and ended does not say how long it took. */
export const timeOfDatasets: Migration = {
  version: 3,
  name: 'time of datasets',
  sql: `
ALTER TABLE astro_sync.run_dataset ADD COLUMN duration_ms double precision;
COMMENT ON COLUMN astro_sync.run_dataset.duration_ms IS 'time of its own steps and its share of the relay; null while it is under way';
`,
};
