import type { z } from 'zod';

/** What is wrong with a value: paths and expectations; never a value, which may be a secret. */
export function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
