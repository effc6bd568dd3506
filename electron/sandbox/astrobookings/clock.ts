import type { Random } from './random';

/** The day on which the sandbox takes place: its data does not depend on when it is made. */
const referenceDate = new Date('2031-05-04T12:00:00Z');

const day = 24 * 60 * 60 * 1000;

/** A moment so many days after the reference date (before it, where negative), as PostgreSQL reads it. */
export function daysFromReference(days: number): string {
  return new Date(referenceDate.getTime() + Math.round(days * day)).toISOString();
}

/** The same with microseconds, as a service that writes `now()` leaves them. */
export function momentFromReference(days: number, random: Random): string {
  const microseconds = String(random.between(0, 999)).padStart(3, '0');
  return daysFromReference(days).replace('Z', `${microseconds}Z`);
}
