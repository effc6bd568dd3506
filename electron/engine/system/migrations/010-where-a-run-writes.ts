import type { Migration } from '../migrate';

/** Definitions change: whose change a run had carried is told from where its datasets wrote then, not from where they would write today. */
export const whereARunWrites: Migration = {
  version: 10,
  name: 'where a run writes',
  sql: `
ALTER TABLE astro_sync.run_dataset ADD COLUMN writes jsonb;

COMMENT ON COLUMN astro_sync.run_dataset.writes IS
  'the table that this run wrote for the dataset, and the columns of its key: {"database", "schema", "table", "key": []}; {} where it is no table, null where it is not known';
`,
};
