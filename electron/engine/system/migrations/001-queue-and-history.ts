import type { Migration } from '../migrate';

/** The first schema of SystemDB: the queue of jobs, the history of runs, plans, leases, checkpoints and the relay's memory. */
export const queueAndHistory: Migration = {
  version: 1,
  name: 'queue and history',
  sql: `
CREATE TABLE astro_sync.system_identity (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT now(),
  one boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO astro_sync.system_identity DEFAULT VALUES;

CREATE TABLE astro_sync.job_queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_type text NOT NULL,
  entity_type text NOT NULL,
  entity_id bigint,
  entity_key jsonb NOT NULL,
  entity text COLLATE "C" NOT NULL GENERATED ALWAYS AS (entity_key::text) STORED,
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'running', 'completed', 'skipped', 'conflict', 'failed')),
  created_at timestamptz NOT NULL DEFAULT now(),
  executed_at timestamptz,
  data jsonb NOT NULL,
  dataset text COLLATE "C" NOT NULL,
  capture_id uuid NOT NULL,
  change_id text COLLATE "C" NOT NULL,
  gap boolean NOT NULL DEFAULT false,
  run_id uuid,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  note text,
  UNIQUE (dataset, entity, capture_id, change_id)
);
COMMENT ON COLUMN astro_sync.job_queue.entity IS 'entity_key as text: ten times as fast to index';
COMMENT ON COLUMN astro_sync.job_queue.gap IS 'true: changes were missed, or a table was truncated; only a full run settles it';
CREATE INDEX job_queue_pending ON astro_sync.job_queue (dataset, id) WHERE status = 'pending';
CREATE INDEX job_queue_gap ON astro_sync.job_queue (dataset) WHERE gap AND status = 'pending';

CREATE TABLE astro_sync.relay_state (
  capture_id uuid PRIMARY KEY,
  database_name text NOT NULL,
  system_identifier text NOT NULL,
  timeline integer NOT NULL,
  database_oid bigint NOT NULL,
  snapshot text NOT NULL,
  last_change_id bigint NOT NULL,
  lost_count bigint NOT NULL DEFAULT 0,
  installations jsonb NOT NULL DEFAULT '{}',
  relayed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN astro_sync.relay_state.snapshot IS 'every change visible in it has its jobs; written in the transaction that inserted them';
COMMENT ON COLUMN astro_sync.relay_state.installations IS 'dataset to the time at which its capture was installed, as seen then';

CREATE TABLE astro_sync.run (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('plan', 'run', 'verify')),
  mode text NOT NULL,
  status text NOT NULL,
  operator text NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  application text NOT NULL,
  environment text NOT NULL,
  plan_id uuid,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  heartbeat timestamptz NOT NULL DEFAULT now(),
  cancel_requested_at timestamptz,
  cancel_requested_by text,
  error jsonb
);
CREATE INDEX run_started ON astro_sync.run (started_at DESC, id DESC);
CREATE INDEX run_active ON astro_sync.run (id) WHERE ended_at IS NULL;

CREATE TABLE astro_sync.run_dataset (
  run_id uuid NOT NULL REFERENCES astro_sync.run ON DELETE CASCADE,
  dataset text NOT NULL,
  position integer NOT NULL,
  mode text,
  baseline text NOT NULL DEFAULT 'none',
  status text NOT NULL DEFAULT 'queued',
  through_job_id bigint,
  counts jsonb NOT NULL DEFAULT '{}',
  progress jsonb NOT NULL DEFAULT '{}',
  phases_ms jsonb NOT NULL DEFAULT '{}',
  held_back jsonb,
  verified boolean,
  differences integer,
  samples jsonb,
  started_at timestamptz,
  ended_at timestamptz,
  error jsonb,
  PRIMARY KEY (run_id, dataset)
);
CREATE INDEX run_dataset_of ON astro_sync.run_dataset (dataset, run_id);

CREATE TABLE astro_sync.run_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES astro_sync.run ON DELETE CASCADE,
  dataset text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  level text NOT NULL,
  message text NOT NULL,
  details jsonb
);
CREATE INDEX run_event_of ON astro_sync.run_event (run_id, id);

CREATE TABLE astro_sync.row_error (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id uuid NOT NULL,
  dataset text NOT NULL,
  key jsonb NOT NULL,
  operation text NOT NULL,
  column_name text,
  value text,
  sqlstate text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX row_error_of ON astro_sync.row_error (run_id, dataset, id);

CREATE TABLE astro_sync.conflict (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id uuid,
  dataset text NOT NULL,
  key jsonb NOT NULL,
  kind text NOT NULL CHECK (kind IN ('insert_exists', 'update_origin_differs', 'update_exists', 'update_missing',
    'delete_origin_differs', 'delete_missing', 'multiple_unique_conflicts')),
  policy text NOT NULL,
  decision text,
  source_image jsonb,
  target_image jsonb,
  source_origin jsonb,
  target_origin jsonb,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_at timestamptz,
  decided_by text
);
CREATE INDEX conflict_open ON astro_sync.conflict (dataset, id) WHERE decision IS NULL;

CREATE TABLE astro_sync.plan (
  id uuid PRIMARY KEY,
  environment text NOT NULL,
  operator text NOT NULL,
  mode text NOT NULL,
  fingerprint text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  datasets jsonb NOT NULL,
  used_by_run uuid,
  used_at timestamptz
);

CREATE TABLE astro_sync.lease (
  target_identity text PRIMARY KEY,
  dataset text NOT NULL,
  run_id uuid NOT NULL,
  operator text NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE astro_sync.checkpoint (
  dataset text NOT NULL,
  target text NOT NULL,
  baseline_run uuid,
  baseline_at timestamptz,
  fingerprint text,
  gap_reason text,
  gap_at timestamptz,
  last_run uuid,
  last_verified_at timestamptz,
  differences integer,
  applied_epoch text,
  applied_fence bigint NOT NULL DEFAULT 0,
  applied_batch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (dataset, target)
);

CREATE TABLE astro_sync.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  operator text NOT NULL,
  host text NOT NULL,
  application text NOT NULL,
  session_user_name text NOT NULL DEFAULT session_user,
  environment text NOT NULL,
  command text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',
  run_id uuid,
  outcome text NOT NULL,
  error jsonb
);
`,
};
