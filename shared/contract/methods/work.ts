import { z } from 'zod';
import { modes, runDocumentSchema } from '../../engine/documents';
import { historyErrors } from '../errors';
import { method, nothing } from '../method';
import { taskSchema } from '../task';

/** Names of datasets; empty means all. */
const datasets = z.array(z.string()).max(10_000);

export const runRequestSchema = z.strictObject({
  datasets,
  mode: z.enum(modes),
  /** Execute this stored plan. */
  plan: z.string().nullable(),
  /** How many deletes a dataset may make beyond the guard. */
  approve_deletes: z.union([z.int().min(0), z.literal('all')]).nullable(),
  allow_empty_source: z.boolean(),
  /** The environment's name, typed; needed where its level is production. */
  confirm: z.string().nullable(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

export const workMethods = {
  'tasks.list': method('nothing', nothing, z.array(taskSchema)),
  'tasks.get': method('nothing', z.strictObject({ id: z.string() }), taskSchema, ['TASK_UNKNOWN']),
  /**
   * Counts what a run would do, and keeps it as a plan. How it went, also where it failed, its task says; so for runs and verifications.
   * Of plans and verifications a few are made at once: each reads whole tables on connections of its own.
   */
  'plans.start': method('nothing', z.strictObject({ datasets, mode: z.enum(modes) }), taskSchema, [
    'NO_SESSION',
    'DATASET_UNKNOWN',
    'TOO_MANY_AT_ONCE',
  ]),
  'plans.get': method('nothing', z.strictObject({ id: z.string() }), runDocumentSchema, [
    ...historyErrors,
    'PLAN_UNKNOWN',
    'PLAN_EXPIRED',
  ]),
  'runs.start': method('data', runRequestSchema, taskSchema, ['DATASET_UNKNOWN']),
  'verifications.start': method('nothing', z.strictObject({ datasets }), taskSchema, [
    'NO_SESSION',
    'DATASET_UNKNOWN',
    'TOO_MANY_AT_ONCE',
  ]),
  /** Asks a run (of this or another program) to stop; false where it was over. */
  'runs.cancel': method('data', z.strictObject({ id: z.string() }), z.strictObject({ cancelled: z.boolean() }), [
    ...historyErrors,
    'RUN_UNKNOWN',
  ]),
  /** Ends a plan or verification of this host that is under way. */
  'tasks.stop': method('console', z.strictObject({ id: z.string() }), nothing, ['TASK_UNKNOWN']),
} as const;
