import { InvalidArgumentError } from 'commander';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const isoTime = /^(\d{4}-\d{2}-(\d{2}))(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?(Z|[+-]\d{2}:?\d{2})?$/;

/** A whole number of at least the minimum, without sign, exponent or separators. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${minimum}.`);
    }
    return value;
  };
}

/** How many deletes are approved: a whole number, or all. */
export function approvedDeletes(text: string): number | 'all' {
  if (text === 'all') return 'all';
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('Expected a whole number, or all.');
  }
  return Number(text);
}

/**
 * A moment: an ISO date or time (local where it names no zone), or an age such as 90s, 45m, 2h, 3d, 1w.
 * @returns the moment as ISO text in UTC
 */
export function moment(text: string, now: number = Date.now()): string {
  const age = /^(\d{1,6})([smhdw])$/.exec(text);
  if (age !== null) {
    const seconds = Number(age[1]) * (unitSeconds[age[2] ?? ''] ?? 0);
    const at = new Date(now - seconds * 1000);
    if (isKnown(at)) return at.toISOString();
  }
  const iso = isoTime.exec(text);
  if (iso !== null) {
    const [, date = '', day = '', time = '00:00', zone = ''] = iso;
    const at = new Date(`${date}T${time}${zone}`);
    // JavaScript reads 31 February as 3 March.
    const daysOfMonth = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0)).getUTCDate();
    if (!Number.isNaN(at.getTime()) && Number(day) <= daysOfMonth && isKnown(at)) return at.toISOString();
  }
  throw new InvalidArgumentError('Expected a time such as 2026-03-01, 2026-03-01T14:30 or an age such as 45m, 2h, 3d.');
}

/** In the years 1 to 9999, which databases know and ISO writes with four digits. */
function isKnown(at: Date): boolean {
  const year = at.getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** Collects a list: the option may be repeated, and each value may hold several, separated by commas. */
export function oneOrMoreOf<T extends string>(choices: readonly T[]): (text: string, before?: readonly T[]) => T[] {
  return (text, before = []) => {
    const values = text.split(',').map((part) => part.trim());
    return [
      ...before,
      ...values.map((value) => {
        const choice = choices.find((known) => known === value);
        if (choice === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
        return choice;
      }),
    ];
  };
}
