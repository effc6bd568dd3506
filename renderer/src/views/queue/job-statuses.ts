import type { JobStatus } from '../../../../shared/engine/documents';

/** The same as jobStatuses of shared/engine, which would bring zod along. */
export const jobStatusTexts: readonly { readonly value: JobStatus; readonly text: string }[] = [
  { value: 'pending', text: 'pending' },
  { value: 'running', text: 'running' },
  { value: 'completed', text: 'completed' },
  { value: 'skipped', text: 'skipped' },
  { value: 'conflict', text: 'conflict' },
  { value: 'failed', text: 'failed' },
];
