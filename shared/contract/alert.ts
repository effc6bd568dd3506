import { z } from 'zod';

export const alertReasons = ['failed', 'partial', 'interrupted', 'stalled', 'cancelled', 'succeeded'] as const;

/** One alert of the inbox. */
export const alertSchema = z.strictObject({
  id: z.string(),
  at: z.string(),
  environment: z.string(),
  /** null where the alert is about several runs (a digest) */
  run: z.string().nullable(),
  datasets: z.array(z.string()),
  reason: z.enum(alertReasons),
  title: z.string(),
  body: z.string(),
  read: z.boolean(),
});
export type Alert = z.infer<typeof alertSchema>;
