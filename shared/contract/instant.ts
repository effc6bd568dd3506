import { z } from 'zod';

/** A moment as ISO 8601 writes it, with its offset; from year 1 on, since PostgreSQL knows no year 0. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !text.startsWith('0000'), 'There is no year 0: a moment of the years 1 to 9999');
