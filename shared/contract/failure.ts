import { z } from 'zod';
import { errorCodes } from '../error-codes';
import type { ErrorCode } from '../error-codes';

/** How an error travels: as a value, since a thrown one loses all but its message on the way. */
export const failureSchema = z.strictObject({
  code: z.enum(Object.keys(errorCodes) as ErrorCode[]),
  message: z.string(),
  hint: z.string().nullable(),
  /** the same request may succeed later, as it is */
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()),
});
export type Failure = z.infer<typeof failureSchema>;
