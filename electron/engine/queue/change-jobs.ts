import { grouped } from '../../../shared/format-number';
import type { Client } from 'pg';
import type { JobStatus } from '../../../shared/engine/documents';
import { SyncError } from '../errors';
import { keepRunsOut } from '../system/lease';
import { activeRuns } from './job-filter';
import type { JobsFilter } from './job-filter';
import { jobPaths } from './job-paths';
import { lastJobId } from './last-job-id';

const block = 5000;

/**
 * A job (alias j) of a stream whose entry could not be read: it failed before any run tried it, and holds nothing that could be applied.
 * It can be skipped, never retried.
 */
export const isUnreadable = `(j.attempts = 0 AND j.last_error IS NOT NULL)`;

/** What is to become of jobs. A gap stays as it is: only a full run settles it. */
export interface JobsChange {
  readonly to: 'pending' | 'skipped';
  /** Only jobs with these statuses may move. */
  readonly from: readonly JobStatus[];
  /** Added to the note of each job: who, why. */
  readonly note: string;
  /** Datasets whose jobs carry their values themselves: an old job must not come after a newer one that is done. */
  readonly streams: readonly string[];
}

/** Which part of the jobs of a filter. */
export interface JobsPart {
  /** Jobs up to this id are done. */
  readonly after?: string;
  /** The newest job that is meant. */
  readonly through?: string;
  /** No further block is begun once so many are changed. */
  readonly most: number;
}

/**
 * Changes all jobs of a filter that may move, in blocks of their own transactions, oldest first; jobs that come meanwhile stay as
 * they are. Attempts and last error stay with each job, the run that had settled it goes into its note.
 * @param expected more than that, of what an earlier part left: nothing is changed; null: as many as there are
 * @param part only so many of them, after what an earlier part did
 * @returns how many were changed; where the next part begins, null where all are done
 * @throws SyncError MORE_THAN_EXPECTED, LEASE_HELD (what was changed before, stays changed)
 */
export async function changeJobs(
  system: Client,
  filter: JobsFilter,
  expected: number | null,
  change: JobsChange,
  part: JobsPart = { most: Infinity },
): Promise<{ readonly changed: number; readonly rest: { readonly after: string; readonly through: string } | null }> {
  const wanted = filter.status === undefined || filter.status.length === 0 ? change.from : filter.status;
  const status = change.from.filter((one) => wanted.includes(one));
  if (status.length === 0) return { changed: 0, rest: null };
  const movable = { ...filter, status };
  const through = part.through ?? (await lastJobId(system));
  const before = String(BigInt(through) + 1n);
  // What an earlier part has changed matches no longer: what is left is compared with what is expected of it.
  if (expected !== null) await refuseMore(system, movable, { after: part.after ?? '0', before }, expected);
  let changed = 0;
  for (let after = part.after ?? '0'; ;) {
    const ids = await inTransaction(system, async () => {
      const found = await nextJobs(system, movable, { after, before });
      if (found.length > 0) await keepRunsOut(system, [...new Set(found.map(({ dataset }) => dataset))]);
      const all = found.map(({ id }) => id);
      if (found.length > 0) changed += await moveJobs(system, all, status, change);
      return all;
    });
    after = ids.at(-1) ?? after;
    if (ids.length < block) return { changed, rest: null };
    if (changed >= part.most) return { changed, rest: { after, through } };
  }
}

async function refuseMore(
  system: Client,
  filter: JobsFilter,
  between: { readonly after: string; readonly before: string },
  expected: number,
): Promise<void> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const paths = jobPaths(filter, { ...between, limit: expected + 1 }, parameter).map((path) => `(${path})`);
  const { rows } = await system.query<{ count: string }>(
    `WITH ${activeRuns} SELECT count(*) AS count FROM (SELECT FROM (${paths.join(' UNION ')}) found LIMIT ${String(expected + 1)}) bounded`,
    values,
  );
  if (Number(rows[0]?.count ?? 0) <= expected) return;
  throw new SyncError(
    'MORE_THAN_EXPECTED',
    `More than the expected ${grouped(expected)} jobs match; ${between.after === '0' ? 'none' : 'no more'} was changed`,
    {
      hint: 'Look at the list again: jobs came in meanwhile. Then confirm the new number.',
      details: { expected },
    },
  );
}

async function nextJobs(
  system: Client,
  filter: JobsFilter,
  between: { readonly after: string; readonly before: string },
): Promise<{ readonly id: string; readonly dataset: string }[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const paths = jobPaths(filter, { ...between, limit: block }, parameter).map((path) => `(${path})`);
  const { rows } = await system.query<{ id: string; dataset: string }>(
    `WITH ${activeRuns} SELECT j.id, j.dataset
     FROM (SELECT id FROM (${paths.join(' UNION ')}) found ORDER BY id LIMIT ${String(block)}) page
     CROSS JOIN LATERAL (SELECT q.id, q.dataset FROM astro_sync.job_queue q WHERE q.id = page.id) j ORDER BY j.id`,
    values,
  );
  return rows;
}

async function moveJobs(
  system: Client,
  ids: readonly string[],
  from: readonly JobStatus[],
  { to, note, streams }: JobsChange,
): Promise<number> {
  const { rowCount } = await system.query(
    `UPDATE astro_sync.job_queue j SET status = $2, executed_at = CASE WHEN $2 = 'skipped' THEN now() END,
       run_id = CASE WHEN $2 = 'skipped' THEN j.run_id END,
       note = concat_ws('; ', j.note, $4 || CASE WHEN $2 = 'pending' AND j.run_id IS NOT NULL THEN ' after run ' || j.run_id ELSE '' END)
     WHERE j.id = ANY ($1::bigint[]) AND j.status = ANY ($3::text[]) AND NOT j.gap
       AND NOT ($2 = 'pending' AND j.dataset = ANY ($5::text[]) AND ${isUnreadable})
       AND NOT ($2 = 'pending' AND j.dataset = ANY ($5::text[]) AND EXISTS (
         SELECT 1 FROM astro_sync.job_queue newer WHERE newer.dataset = j.dataset AND newer.entity = j.entity
           AND newer.id > j.id AND newer.status = 'completed'))`,
    [ids, to, from, note, streams],
  );
  return rowCount ?? 0;
}

/** Runs work in a transaction of this connection. */
export async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
