import type { Migration } from '../migrate';

/** A verification that found differences whose change still waits must say so afterwards too: they are no equality. */
export const onTheWay: Migration = {
  version: 6,
  name: 'differences on the way',
  sql: `
ALTER TABLE astro_sync.run_dataset ADD COLUMN in_flight integer;
COMMENT ON COLUMN astro_sync.run_dataset.in_flight IS 'entities that differed and had a pending change, of a verification; null elsewhere';
ALTER TABLE astro_sync.checkpoint ADD COLUMN in_flight integer;
COMMENT ON COLUMN astro_sync.checkpoint.in_flight IS 'as differences, of those that had a pending change: withheld deletes among them';
`,
};
