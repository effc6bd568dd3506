/** Milliseconds to wait before try number `attempt` (from 0): doubles up to ten seconds, spread so that pages do not come all at once. */
export function backoff(attempt: number, random = Math.random): number {
  const longest = Math.min(10_000, 250 * 2 ** attempt);
  return Math.round(longest * (0.5 + random() / 2));
}
