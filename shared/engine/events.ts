import { z } from 'zod';
import { phases, runStatuses } from './documents';
import { countsSchema } from './counts';

/**
 * Progress of one dataset, in rows that were brought through: written and verified, or compared and found equal. Neither done nor
 * its share of the total goes down; the total is reached when the verification has ended. total_kind says how well the total is
 * known: with unknown there is none, and no percentage. A total of 0: nothing is to be done.
 */
export const progressSchema = z.strictObject({
  type: z.literal('progress'),
  run: z.string(),
  dataset: z.string(),
  phase: z.enum(phases),
  done: z.number(),
  total: z.number().nullable(),
  total_kind: z.enum(['exact', 'estimated', 'unknown']),
  /** rows per second over the last seconds */
  rate: z.number().nullable(),
  eta_s: z.number().nullable(),
  /** time of the dataset's own steps so far */
  spent_ms: z.number().optional(),
  counts: countsSchema,
  /** what a verification of its own found, once it has ended */
  differences: z.int().optional(),
  at: z.string(),
});

export const statusEventSchema = z.strictObject({
  type: z.literal('status'),
  run: z.string(),
  dataset: z.string().nullable(),
  status: z.enum(runStatuses),
  at: z.string(),
});

export const logEventSchema = z.strictObject({
  type: z.literal('log'),
  run: z.string().nullable(),
  dataset: z.string().nullable(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  at: z.string(),
});

export const engineEventSchema = z.discriminatedUnion('type', [progressSchema, statusEventSchema, logEventSchema]);
export type EngineEvent = z.infer<typeof engineEventSchema>;
export type ProgressEvent = z.infer<typeof progressSchema>;
export type EngineListener = (event: EngineEvent) => void;
