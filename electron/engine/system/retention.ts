import type { Client } from 'pg';

const block = 10_000;

const statements = {
  jobs: `DELETE FROM astro_sync.job_queue WHERE id IN (
    SELECT id FROM astro_sync.job_queue WHERE status IN ('completed', 'skipped') AND executed_at < now() - make_interval(days => $1)
    LIMIT ${String(block)})`,
  plans: `DELETE FROM astro_sync.plan WHERE id IN (
    SELECT id FROM astro_sync.plan WHERE expires_at < now() - make_interval(days => $1) LIMIT ${String(block)})`,
  events: `DELETE FROM astro_sync.run_event WHERE id IN (
    SELECT id FROM astro_sync.run_event WHERE level IN ('debug', 'info') AND at < now() - make_interval(days => $1) LIMIT ${String(block)})`,
} as const;

/**
 * Removes what has served its time from SystemDB, in blocks of their own transactions: completed and skipped jobs, expired plans,
 * the small talk of old runs. Failed jobs, conflicts, row errors, runs and the audit log stay. Gives how many rows of each went.
 */
export async function prune(
  system: Client,
  options: { readonly days: number },
): Promise<Record<keyof typeof statements, number>> {
  const removed = { jobs: 0, plans: 0, events: 0 };
  for (const name of ['jobs', 'plans', 'events'] as const) {
    for (;;) {
      const { rowCount } = await system.query(statements[name], [options.days]);
      removed[name] += rowCount ?? 0;
      if ((rowCount ?? 0) < block) break;
    }
  }
  return removed;
}
