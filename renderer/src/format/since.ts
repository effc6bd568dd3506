export const periods = [
  { value: 'all', text: 'Any time' },
  { value: '15m', text: 'Last 15 minutes' },
  { value: '1h', text: 'Last hour' },
  { value: '24h', text: 'Last 24 hours' },
  { value: '7d', text: 'Last 7 days' },
  { value: '30d', text: 'Last 30 days' },
] as const;

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The moment that `15m`, `1h`, `7d` ago was, to the minute; an ISO time as it is; null for none. To the minute, so that a filter
 * stays the same from one drawing to the next.
 */
export function sinceOf(text: string | undefined, now = Date.now()): string | null {
  if (text === undefined || text === '' || text === 'all') return null;
  const [, number, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const length = units[unit ?? ''];
  if (number === undefined || length === undefined)
    return Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();
  return new Date(Math.floor((now - Number(number) * length) / 60_000) * 60_000).toISOString();
}
