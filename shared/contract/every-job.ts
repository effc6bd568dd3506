import type { QueueFilter } from './methods/queue';

/** The filter that every job of the queue passes: what is asked for beside it is said by the one who asks. */
export const everyJob: QueueFilter = {
  dataset: null,
  status: [],
  entity: null,
  database: null,
  application: null,
  actor: null,
  role: null,
  changes_only: false,
  by: null,
  run: null,
  since: null,
  until: null,
};
