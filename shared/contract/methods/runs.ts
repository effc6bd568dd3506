import { z } from 'zod';
import { modes, runStatuses } from '../../engine/documents';
import { rowErrorSchema, runDetailSchema, runSummarySchema } from '../../engine/reports';
import { instant } from '../instant';
import { historyErrors } from '../errors';
import { method } from '../method';
import { taskSchema } from '../task';

export const runsFilterSchema = z.strictObject({
  dataset: z.string().nullable(),
  status: z.array(z.enum(runStatuses)),
  kind: z.array(z.enum(['plan', 'run', 'verify'])),
  mode: z.enum(modes).nullable(),
  operator: z.string().nullable(),
  since: instant.nullable(),
  until: instant.nullable(),
});
export type RunsFilter = z.infer<typeof runsFilterSchema>;

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

export const runLogEntrySchema = z.strictObject({
  id: z.string(),
  at: z.string(),
  level: z.enum(logLevels),
  dataset: z.string().nullable(),
  message: z.string(),
});
export type RunLogEntry = z.infer<typeof runLogEntrySchema>;

/** Row errors of a run with one cause. */
export const errorGroupSchema = z.strictObject({
  dataset: z.string(),
  sqlstate: z.string(),
  column: z.string().nullable(),
  /** one of its reasons, with the key and value of that row in it */
  reason: z.string(),
  count: z.int(),
});
export type ErrorGroup = z.infer<typeof errorGroupSchema>;

export const runsMethods = {
  /** Newest first. `before` and `after` are ids of runs (keyset paging); with `after` the oldest of those come first. */
  'runs.list': method(
    'nothing',
    z.strictObject({
      filter: runsFilterSchema,
      before: z.string().nullable(),
      after: z.string().nullable(),
      limit: z.int().min(1).max(1000),
    }),
    z.strictObject({ runs: z.array(runSummarySchema), more: z.boolean() }),
    [...historyErrors, 'RUN_UNKNOWN'],
  ),
  'runs.detail': method('nothing', z.strictObject({ id: z.string() }), runDetailSchema, [
    ...historyErrors,
    'RUN_UNKNOWN',
  ]),
  /** Oldest first; `after`: the id of the last one seen. */
  'runs.log': method(
    'nothing',
    z.strictObject({
      run: z.string(),
      after: z.string().nullable(),
      level: z.enum(logLevels),
      limit: z.int().min(1).max(1000),
    }),
    z.strictObject({ entries: z.array(runLogEntrySchema), more: z.boolean() }),
    [...historyErrors, 'RUN_UNKNOWN'],
  ),
  'runs.errorGroups': method('nothing', z.strictObject({ run: z.string() }), z.array(errorGroupSchema), [
    ...historyErrors,
    'RUN_UNKNOWN',
  ]),
  /** Newest first; `before`: the id of the last one seen. A group's rows: its dataset, sqlstate, column and reason. */
  'runs.errors': method(
    'nothing',
    z.strictObject({
      run: z.string(),
      dataset: z.string().nullable(),
      sqlstate: z.string().nullable(),
      /** '': those that name no column */
      column: z.string().nullable(),
      /** those with a reason of the shape of this one */
      reason: z.string().nullable(),
      before: z.string().nullable(),
      limit: z.int().min(1).max(1000),
    }),
    z.strictObject({ errors: z.array(rowErrorSchema), more: z.boolean() }),
    [...historyErrors, 'RUN_UNKNOWN'],
  ),
  /** Puts the failed jobs of a run back in the queue and runs their datasets. */
  'runs.retryFailed': method('data', z.strictObject({ run: z.string(), confirm: z.string().nullable() }), taskSchema, [
    ...historyErrors,
    'RUN_UNKNOWN',
    'LEASE_HELD',
    'NOTHING_TO_RETRY',
  ]),
} as const;
