import { z } from 'zod';
import { runStatuses } from '../engine/documents';
import { progressSchema } from '../engine/events';

/** What is known of a run under way from its events alone. */
export const liveRunSchema = z.strictObject({
  status: z.enum(runStatuses).nullable(),
  /** by dataset: its latest progress, and its last rates for the sparkline */
  datasets: z.record(z.string(), z.strictObject({ latest: progressSchema, rates: z.array(z.number()) })),
  /** when it last moved, where it stands still */
  stalledSince: z.string().nullable(),
});
export type LiveRun = Readonly<z.infer<typeof liveRunSchema>>;
export type LiveRuns = Readonly<Record<string, LiveRun>>;
