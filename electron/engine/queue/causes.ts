import type { Client } from 'pg';
import type { Cause, Job, Origin } from '../../../shared/engine/documents';
import { givenUpWords } from '../../../shared/engine/job-notes';
import type { WrittenTable } from '../system/run-dataset';
import { fullRunChange } from './failed-jobs';
import { isUuid } from './job-paths';

/** So many runs back at most. */
const mostRuns = 5;
/** More changes of one entity in one run than this are not compared. */
const mostChanges = 100;

/** A change that a run wrote, and what is known of the change behind it. */
interface Trail {
  readonly runs: string[];
  change: Cause['change'];
  /** The job from where it goes on; null at its end. */
  at: string | null;
}

/** Jobs with what is behind each change that a run wrote itself. */
export async function withCauses(system: Client, jobs: readonly Job[]): Promise<Job[]> {
  const causes = await readCauses(system, jobs);
  return jobs.map((job) => ({ ...job, cause: causes.get(job.id) ?? null }));
}

/**
 * What is behind the changes that runs of the sync wrote themselves: through which runs they came, and which change these had carried.
 * That change is named only where it is certain:
 * - of all datasets of the run that wrote the table, as the run itself noted where they wrote, one alone can have written the row, in
 *   an incremental run;
 * - the run wrote the row once: what a trigger writes beside it has the same run as origin;
 * - all changes of that row that it settled were made by the same people in the same way, and none of the row's older changes was
 *   still to be applied then: the run wrote that one as well.
 *
 * At most three queries for each run back, however many jobs.
 * @returns by the ids of the jobs; null where no run wrote the change
 */
async function readCauses(system: Client, jobs: readonly Job[]): Promise<ReadonlyMap<string, Cause | null>> {
  const trails = new Map<string, Trail>();
  for (const { id, data } of jobs) {
    const { run } = data.origin;
    if (run !== null) trails.set(id, { runs: [run], change: null, at: id });
  }
  for (let back = 0; back < mostRuns; back += 1) {
    const open = [...trails.values()].filter(({ at }) => at !== null);
    if (open.length === 0) break;
    const before = await changesBefore(system, [...new Set(open.flatMap(({ at }) => at ?? []))]);
    for (const trail of open) {
      const change = before.get(trail.at ?? '') ?? null;
      const run = change?.origin.run ?? null;
      trail.at = run === null || change === null ? null : change.job;
      if (run === null) trail.change = change;
      else if (trail.runs.at(-1) !== run) trail.runs.push(run);
    }
  }
  return new Map(
    jobs.map(({ id }) => {
      const trail = trails.get(id);
      return [id, trail === undefined ? null : { runs: trail.runs, change: trail.change }];
    }),
  );
}

/** A row that a run wrote, as the relay noted it with the job. */
interface Written {
  readonly id: string;
  readonly run: string;
  readonly database: string;
  readonly via: {
    readonly schema: string;
    readonly table: string;
    readonly row: Readonly<Record<string, string>>;
  } | null;
  /** So many changes of that row by that run does the dataset of the job know. */
  readonly times: number;
}

/** Of jobs whose change a run wrote: the one change that this run had carried there, where it is certain. */
async function changesBefore(
  system: Client,
  ids: readonly string[],
): Promise<Map<string, NonNullable<Cause['change']>>> {
  const { rows } = await system.query<Written>(
    `SELECT w.id::text, w.data #>> '{origin,run}' AS run, w.data #>> '{origin,database}' AS database, w.data -> 'via' AS via, same.times
     FROM astro_sync.job_queue w
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS times FROM astro_sync.job_queue s
       WHERE s.dataset = w.dataset AND s.entity = w.entity AND s.data -> 'via' = w.data -> 'via'
         AND s.data #>> '{origin,run}' = w.data #>> '{origin,run}' AND s.data #>> '{origin,database}' = w.data #>> '{origin,database}'
     ) same
     WHERE w.id = ANY ($1::bigint[])`,
    [ids],
  );
  const written = rows.filter(({ run, via, times }) => via !== null && times === 1 && isUuid(run));
  const parts = written.length === 0 ? new Map<string, RunPart[]>() : await partsOf(system, written);
  const candidates = written.flatMap((row) => candidatesOf(row, parts.get(row.run) ?? []));
  const carried = candidates.length === 0 ? [] : await carriedBy(system, candidates);
  const found = new Map<string, NonNullable<Cause['change']>>();
  for (const { id } of written) {
    const possible = carried.filter((one) => one.id === id && (one.mode !== 'incremental' || one.wrote));
    const [only, more] = possible;
    if (only === undefined || more !== undefined || only.mode !== 'incremental') continue;
    if (only.unclear || only.people !== 1 || only.changes > mostChanges || only.origin === null || only.job === null)
      continue;
    found.set(id, { job: only.job, dataset: only.dataset, origin: only.origin });
  }
  return found;
}

/** A dataset of a run, as far as it came to writing. */
interface RunPart {
  readonly run: string;
  readonly dataset: string;
  readonly mode: string;
  /** null where the run did not note it. */
  readonly writes: Partial<WrittenTable> | null;
}

/** What took part in the runs that wrote these rows. */
async function partsOf(system: Client, written: readonly Written[]): Promise<Map<string, RunPart[]>> {
  const { rows } = await system.query<RunPart>(
    `SELECT run_id::text AS run, dataset, mode, writes FROM astro_sync.run_dataset WHERE run_id = ANY ($1::uuid[]) AND mode IS NOT NULL`,
    [[...new Set(written.map(({ run }) => run))]],
  );
  const parts = new Map<string, RunPart[]>();
  for (const row of rows) parts.set(row.run, [...(parts.get(row.run) ?? []), row]);
  return parts;
}

interface Candidate {
  readonly id: string;
  readonly run: string;
  readonly dataset: string;
  readonly mode: string;
  /** JSON text of the key. */
  readonly key: string;
}

/** Those who may have written a row; none where the relay did not note all of their key, or it is not known where one of them wrote. */
function candidatesOf({ id, run, database, via }: Written, parts: readonly RunPart[]): Candidate[] {
  if (via === null || parts.some(({ writes }) => writes === null)) return [];
  const possible = parts.filter(
    ({ writes }) => writes?.database === database && writes.schema === via.schema && writes.table === via.table,
  );
  const keyOf = ({ writes }: RunPart): readonly string[] => writes?.key ?? [];
  if (possible.some((one) => keyOf(one).some((name) => via.row[name] === undefined))) return [];
  return possible.map((one) => ({
    id,
    run,
    dataset: one.dataset,
    mode: one.mode,
    key: JSON.stringify(Object.fromEntries(keyOf(one).map((name) => [name, via.row[name]]))),
  }));
}

interface Carried {
  readonly id: string;
  readonly dataset: string;
  /** of that dataset in that run */
  readonly mode: string;
  /** whether the dataset wrote the row there, for a captured change */
  readonly wrote: boolean;
  readonly changes: number;
  readonly people: number;
  /** the newest of the changes */
  readonly job: string | null;
  readonly origin: Origin | null;
  /**
   * whether the run may have written more than these changes: an older one that was still to be applied, one that a full run had found and
   * nobody knows, or what somebody had done to the target
   */
  readonly unclear: boolean;
}

const supersededBy = String.raw`substring(o.note FROM '.*superseded by job (\d+)')::bigint`;

/**
 * What each candidate settled of its row in the run. An older change of the row was still to be applied where it was settled after the
 * run, or is not to this day; where a job of the run took it along; and where it had been given up, or lost with its capture, and nothing was written since.
 */
async function carriedBy(system: Client, candidates: readonly Candidate[]): Promise<readonly Carried[]> {
  const { rows } = await system.query<Carried>(
    `SELECT w.id, w.dataset, w.mode, coalesce(settled.statuses[1] = 'completed', false) AS wrote, settled.changes, settled.people,
       settled.ids[1]::text AS job, settled.origins[1] AS origin,
       coalesce(settled.nobodys, false) OR EXISTS (
         SELECT FROM astro_sync.job_queue o
         WHERE o.dataset = w.dataset AND o.entity = w.entity AND NOT o.gap AND o.id < settled.ids[1] AND o.run_id IS DISTINCT FROM w.run
           AND (o.executed_at IS NULL OR o.executed_at > settled.at OR o.status IN ('failed', 'conflict')
             OR o.status = 'completed' AND ${supersededBy} = ANY (settled.ids)
             OR o.status = 'skipped' AND (o.note LIKE '%${givenUpWords}%' OR o.note LIKE '%lost: %') AND NOT EXISTS (
               SELECT FROM astro_sync.job_queue c
               WHERE c.dataset = w.dataset AND c.entity = w.entity AND NOT c.gap AND c.id > o.id AND c.status = 'completed'
                 AND c.run_id IS DISTINCT FROM w.run AND coalesce(c.note, '') NOT LIKE '%superseded by job %'
                 AND c.executed_at > o.executed_at AND c.executed_at < settled.at))
       ) AS unclear
     FROM (
       SELECT id, run, dataset, mode, astro_sync.entity_of(key::jsonb) AS entity
       FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[]) AS given(id, run, dataset, mode, key)
     ) w
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS changes, count(DISTINCT origin - '{at,client,transaction}'::text[])::int AS people,
         array_agg(id ORDER BY id DESC) AS ids, array_agg(status ORDER BY id DESC) AS statuses, array_agg(origin ORDER BY id DESC) AS origins,
         min(executed_at) AS at, bool_or(change_id = '${fullRunChange}' OR note LIKE 'the target was changed%') AS nobodys
       FROM (
         SELECT j.id, j.status, j.executed_at, j.note, j.change_id, j.data -> 'origin' AS origin FROM astro_sync.job_queue j
         WHERE j.dataset = w.dataset AND j.entity = w.entity AND j.run_id = w.run
           AND j.status <> 'pending' AND NOT j.gap
         ORDER BY j.id DESC LIMIT ${String(mostChanges + 1)}
       ) changes
     ) settled`,
    [
      candidates.map(({ id }) => id),
      candidates.map(({ run }) => run),
      candidates.map(({ dataset }) => dataset),
      candidates.map(({ mode }) => mode),
      candidates.map(({ key }) => key),
    ],
  );
  return rows;
}
