import type { Migration } from '../../system/migrate';

/** What a target keeps: the authority on what was applied, and by whom. */
export const targetSchema: Migration = {
  version: 1,
  name: 'applied',
  sql: `
CREATE TABLE astro_sync.applied (
  dataset text NOT NULL,
  target text NOT NULL,
  fence bigint NOT NULL DEFAULT 0,
  run uuid,
  batch bigint NOT NULL DEFAULT 0,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, target)
);
COMMENT ON COLUMN astro_sync.applied.fence IS 'the writer that took the latest fence; any other is fenced off';
`,
};
