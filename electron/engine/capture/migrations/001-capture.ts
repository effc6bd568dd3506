import type { Migration } from '../../system/migrate';

/** The first schema of a source: identity, captured tables, subscriptions of datasets, the log of changes and its consumer. */
export const captureSchema: Migration = {
  version: 1,
  name: 'capture',
  sql: `
CREATE TABLE astro_sync.capture (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  system_identifier text NOT NULL,
  timeline integer NOT NULL,
  database_oid bigint NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  one boolean PRIMARY KEY DEFAULT true CHECK (one)
);
COMMENT ON TABLE astro_sync.capture IS 'who this source is; change ids mean something only together with the id';

CREATE TABLE astro_sync.captured_table (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  relation oid NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  columns text[] NOT NULL,
  types text[] NOT NULL,
  kept integer NOT NULL,
  spec text NOT NULL,
  members oid[] NOT NULL,
  is_current boolean NOT NULL DEFAULT true,
  installed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE astro_sync.captured_table IS 'one row per version of what is recorded of a table; change_log.table_id names the version';
COMMENT ON COLUMN astro_sync.captured_table.kept IS 'so many leading columns (keys, mappings) are recorded of every change, the rest are values';
COMMENT ON COLUMN astro_sync.captured_table.members IS 'the table itself and its partitions or children, as they were captured';
CREATE UNIQUE INDEX captured_table_current ON astro_sync.captured_table (schema_name, table_name) WHERE is_current;

CREATE TABLE astro_sync.subscription (
  dataset text NOT NULL,
  position integer NOT NULL,
  job_type text NOT NULL,
  entity_type text NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('source', 'dependency', 'target')),
  key_names text[] NOT NULL,
  key_columns text[] NOT NULL,
  integer_key boolean NOT NULL,
  keys_sql text,
  value_columns text[] NOT NULL,
  watched_columns text[],
  installed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (dataset, position)
);
COMMENT ON COLUMN astro_sync.subscription.key_columns IS 'columns of the table that are the key, or with keys_sql the columns that it maps from';
COMMENT ON COLUMN astro_sync.subscription.watched_columns IS 'an update that changes none of them concerns nobody; null: every column';

CREATE TABLE astro_sync.change_log (
  id bigint GENERATED ALWAYS AS IDENTITY,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  table_id integer NOT NULL,
  op "char" NOT NULL,
  old text[],
  new text[],
  application text,
  actor text,
  session_user_name text DEFAULT session_user,
  client inet DEFAULT inet_client_addr(),
  run uuid
) WITH (vacuum_truncate = false, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
COMMENT ON COLUMN astro_sync.change_log.op IS 'I, U, D; R: reconcile (truncated, partitions changed); G: gap (the capture of a statement failed)';
CREATE INDEX change_log_xid ON astro_sync.change_log (xid);

CREATE SEQUENCE astro_sync.lost_changes;
COMMENT ON SEQUENCE astro_sync.lost_changes IS 'advanced when not even a gap could be recorded';

CREATE TABLE astro_sync.consumer (
  system_id uuid PRIMARY KEY,
  environment text NOT NULL,
  horizon xid8,
  since timestamptz NOT NULL DEFAULT now(),
  relayed_at timestamptz
);
COMMENT ON COLUMN astro_sync.consumer.horizon IS 'every change of an older transaction has its jobs in that SystemDB';
`,
};
