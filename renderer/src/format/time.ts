const date = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'short' });

/** 2026-11-23 21:50:26 GMT+1, in the reader's zone. */
export function exact(at: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return at;
  const name = zone.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${date.format(moment)} ${clock.format(moment)} ${name}`;
}

/** 21:50:26 */
export function clockTime(at: string): string {
  return clock.format(new Date(at));
}

/** `3 min ago`, `in 2 h`, `just now`; a date where it is more than a week away. */
export function relative(at: string, now: number): string {
  const moment = new Date(at).getTime();
  if (Number.isNaN(moment)) return at;
  const seconds = (now - moment) / 1000;
  if (Math.abs(seconds) < 5) return 'just now';
  if (Math.abs(seconds) > 7 * 86_400) return date.format(moment);
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
}

/** 90 → 1 min; one unit, rounded down. */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** 1234 → 1.2 s, 75_000 → 1 min 15 s */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
