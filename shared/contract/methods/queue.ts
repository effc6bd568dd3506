import { z } from 'zod';
import { changedBy, jobSchema, jobStatuses } from '../../engine/documents';
import { instant } from '../instant';
import { historyErrors } from '../errors';
import { method } from '../method';

export const queueFilterSchema = z.strictObject({
  dataset: z.string().nullable(),
  status: z.array(z.enum(jobStatuses)),
  /** an entity's key: the one value, or {"column": "value"} */
  entity: z.string().nullable(),
  /** name of the database in this environment */
  database: z.string().nullable(),
  /** '': not known; so for actor */
  application: z.string().nullable(),
  actor: z.string().nullable(),
  /** the database role, as the server knows it; '': not known */
  role: z.string().nullable(),
  /** only changes that somebody made: no gap, nothing that only a full run found */
  changes_only: z.boolean(),
  /** only what a run of the sync wrote itself, or only what others did */
  by: z.enum(changedBy).nullable(),
  /** jobs that this run settled or has in hand, or whose change it wrote itself */
  run: z.string().nullable(),
  /** when the change was made */
  since: instant.nullable(),
  until: instant.nullable(),
});
export type QueueFilter = z.infer<typeof queueFilterSchema>;

/** Jobs are changed in parts, so that the page shows how far it is and can stop: after a job, through the newest that is meant. */
const jobId = z.string().regex(/^\d{1,18}$/u, 'the id of a job');
const part = z.strictObject({ after: jobId, through: jobId });
const matching = z.strictObject({
  filter: queueFilterSchema,
  /** the number that was shown on the button: more than that is refused */
  expected: z.int().min(0),
  confirm: z.string().nullable(),
  /** `rest` of the answer before; null for the first part */
  from: part.nullable(),
});
const changed = z.strictObject({
  changed: z.int(),
  /** where the next part begins; null where all are done */
  rest: part.nullable(),
});

export const queueMethods = {
  /** Newest first. `before` and `after` are ids of jobs (keyset paging); with `after` the oldest of those come first. */
  'queue.list': method(
    'nothing',
    z.strictObject({
      filter: queueFilterSchema,
      before: z.string().nullable(),
      after: z.string().nullable(),
      limit: z.int().min(1).max(1000),
    }),
    z.strictObject({ jobs: z.array(jobSchema), more: z.boolean() }),
    historyErrors,
  ),
  'queue.job': method('nothing', z.strictObject({ id: z.string() }), jobSchema, [...historyErrors, 'JOB_UNKNOWN']),
  /** How many match; `exact` false: at least so many, counting was stopped there. */
  'queue.count': method(
    'nothing',
    z.strictObject({ filter: queueFilterSchema }),
    z.strictObject({ count: z.int(), exact: z.boolean() }),
    historyErrors,
  ),
  /** Exactly how many match, however long that takes. */
  'queue.countAll': method(
    'nothing',
    z.strictObject({ filter: queueFilterSchema }),
    z.strictObject({ count: z.int() }),
    historyErrors,
  ),
  /** Puts failed, skipped and conflicting jobs that match back to pending. */
  'queue.retry': method('data', matching, changed, [...historyErrors, 'LEASE_HELD', 'MORE_THAN_EXPECTED']),
  /** Sets pending, failed and conflicting jobs that match to skipped; the reason is kept with each. */
  'queue.skip': method('data', matching.extend({ reason: z.string().min(1).max(500) }), changed, [
    ...historyErrors,
    'LEASE_HELD',
    'MORE_THAN_EXPECTED',
  ]),
} as const;
