/** Times that the chart can show. */
export const spans = [
  { value: '15m', text: 'Last 15 minutes', ms: 900_000 },
  { value: '1h', text: 'Last hour', ms: 3_600_000 },
  { value: '24h', text: 'Last 24 hours', ms: 86_400_000 },
  { value: '7d', text: 'Last 7 days', ms: 7 * 86_400_000 },
  { value: '30d', text: 'Last 30 days', ms: 30 * 86_400_000 },
] as const;
