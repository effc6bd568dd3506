import type { JobStatus } from '../../../../shared/engine/documents';

/** The same as jobStatuses of shared/engine, which would bring zod along. */
export const jobStatusTexts: readonly { readonly value: JobStatus; readonly text: string }[] = [
  { value: 'pending', text: 'Pending' },
  { value: 'running', text: 'Running' },
  { value: 'completed', text: 'Completed' },
  { value: 'skipped', text: 'Skipped' },
  { value: 'conflict', text: 'Conflict' },
  { value: 'failed', text: 'Failed' },
];
