import { z } from 'zod';

/** A moment as ISO 8601 writes it, with its offset; one that databases know too, wherever it is told. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => {
    const at = Date.parse(text);
    return at >= first && at < end;
  }, 'A moment of the years 1 to 9999, in UTC too')
  .refine(
    (text) => hoursOf(text) <= mostHours,
    'No place on Earth is more than 14 hours from UTC; databases refuse 16 and more',
  );

const first = Date.parse('0001-01-01T00:00:00Z');
const end = Date.parse('9999-12-31T23:59:59.999Z') + 1;
const mostHours = 14;

/** How far the offset of a moment is from UTC, in whole hours and parts of them. */
function hoursOf(text: string): number {
  const [, hours = '0', minutes = '0'] = /[+-](\d\d):(\d\d)$/.exec(text) ?? [];
  return Number(hours) + Number(minutes) / 60;
}
