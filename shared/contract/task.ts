import { z } from 'zod';
import { runDocumentSchema } from '../engine/documents';
import { failureSchema } from './failure';

/**
 * Something long that the host does on request: it goes on when the page is reloaded or its connection is lost, and every page
 * on the same host sees it.
 */
export const taskSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['plan', 'run', 'verify', 'init', 'export']),
  environment: z.string(),
  /** datasets it is about, by name */
  datasets: z.array(z.string()),
  state: z.enum(['working', 'done', 'failed']),
  /** the record that it has in SystemDB, as soon as there is one */
  run: z.string().nullable(),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  /** of plan, run and verify, once it has ended: also where it failed */
  document: runDocumentSchema.nullable(),
  error: failureSchema.nullable(),
});
export type Task = z.infer<typeof taskSchema>;
