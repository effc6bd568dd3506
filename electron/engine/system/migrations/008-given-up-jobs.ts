import type { Migration } from '../migrate';

/** Each status asks what somebody skipped since a dataset was verified, whatever else is in the queue: an index of that alone. */
export const givenUpJobs: Migration = {
  version: 8,
  name: 'jobs given up',
  sql: `
CREATE INDEX job_queue_given_up ON astro_sync.job_queue (dataset, executed_at)
  WHERE status = 'skipped' AND NOT gap AND note LIKE '%skipped by %';
`,
};
