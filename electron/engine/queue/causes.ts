import type { Client } from 'pg';
import type { Cause, Job, Origin } from '../../../shared/engine/documents';
import { fullRunChange } from './failed-jobs';
import { isUuid } from './job-paths';

/** A dataset that writes a table, and the columns of that table by which it knows an entity, in key order. */
export interface Writer {
  readonly dataset: string;
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly keyNames: readonly string[];
}

/** What is known of who writes where. */
export interface Writers {
  readonly all: readonly Writer[];
  /** Datasets of which all is known: these writers, and those that write no table. */
  readonly known: readonly string[];
}

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

/**
 * What is behind the changes that runs of the sync wrote themselves: through which runs they came, and which change these had carried.
 * That change is named only where it is certain: of all datasets of the run that write the table, one alone can have written the row,
 * in an incremental run, and all changes of that row that it settled were made by the same people in the same way.
 * At most two queries for each run back, however many jobs.
 * @returns by the ids of the jobs; null where no run wrote the change
 */
export async function readCauses(
  system: Client,
  jobs: readonly Job[],
  writers: Writers,
): Promise<ReadonlyMap<string, Cause | null>> {
  const trails = new Map<string, Trail>();
  for (const { id, data } of jobs) {
    const { run } = data.origin;
    if (run !== null) trails.set(id, { runs: [run], change: null, at: id });
  }
  for (let back = 0; back < mostRuns; back += 1) {
    const open = [...trails.values()].filter(({ at }) => at !== null);
    if (open.length === 0) break;
    const before = await changesBefore(system, [...new Set(open.flatMap(({ at }) => at ?? []))], writers);
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
}

/** Of jobs whose change a run wrote: the one change that this run had carried there, where it is certain. */
async function changesBefore(
  system: Client,
  ids: readonly string[],
  writers: Writers,
): Promise<Map<string, NonNullable<Cause['change']>>> {
  const { rows: written } = await system.query<Written>(
    `SELECT id::text, data #>> '{origin,run}' AS run, data #>> '{origin,database}' AS database, data -> 'via' AS via
     FROM astro_sync.job_queue WHERE id = ANY ($1::bigint[])`,
    [ids],
  );
  const candidates = written.flatMap((row) => candidatesOf(row, writers.all));
  const carried = candidates.length === 0 ? [] : await carriedBy(system, candidates, writers.known);
  const found = new Map<string, NonNullable<Cause['change']>>();
  for (const { id } of written) {
    const possible = carried.filter((one) => one.id === id && (one.mode !== 'incremental' || one.changes > 0));
    const [only, more] = possible;
    if (only === undefined || more !== undefined || only.mode !== 'incremental') continue;
    if (only.strangers || only.people !== 1 || only.changes > mostChanges || only.origin === null || only.job === null)
      continue;
    found.set(id, { job: only.job, dataset: only.dataset, origin: only.origin });
  }
  return found;
}

interface Candidate {
  readonly id: string;
  readonly run: string;
  readonly dataset: string;
  /** JSON text of the key. */
  readonly key: string;
}

/** Those who may have written a row; none where the relay noted nothing, or not all of their key. */
function candidatesOf({ id, run, database, via }: Written, writers: readonly Writer[]): Candidate[] {
  if (via === null || !isUuid(run)) return [];
  const possible = writers.filter(
    (one) => one.database === database && one.schema === via.schema && one.table === via.table,
  );
  if (possible.some(({ keyNames }) => keyNames.some((name) => via.row[name] === undefined))) return [];
  return possible.map(({ dataset, keyNames }) => ({
    id,
    run,
    dataset,
    key: JSON.stringify(Object.fromEntries(keyNames.map((name) => [name, via.row[name]]))),
  }));
}

interface Carried {
  readonly id: string;
  readonly dataset: string;
  /** of that dataset in that run */
  readonly mode: string | null;
  /** whether the run had datasets of which is not known where they wrote */
  readonly strangers: boolean;
  readonly changes: number;
  readonly people: number;
  /** the newest of the changes */
  readonly job: string | null;
  readonly origin: Origin | null;
}

/** What each candidate that took part in the run settled of its row there. */
async function carriedBy(
  system: Client,
  candidates: readonly Candidate[],
  known: readonly string[],
): Promise<readonly Carried[]> {
  const { rows } = await system.query<Carried>(
    `SELECT w.id, w.dataset, d.mode, settled.*,
       EXISTS (SELECT FROM astro_sync.run_dataset s WHERE s.run_id = w.run AND s.dataset <> ALL ($5::text[])) AS strangers
     FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS w(id, run, dataset, key)
     CROSS JOIN LATERAL (SELECT mode FROM astro_sync.run_dataset d WHERE d.run_id = w.run AND d.dataset = w.dataset OFFSET 0) d
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS changes, count(DISTINCT origin - '{at,client,transaction}'::text[])::int AS people,
         (max(id))::text AS job, (array_agg(origin ORDER BY id DESC))[1] AS origin
       FROM (
         SELECT j.id, j.data -> 'origin' AS origin FROM astro_sync.job_queue j
         WHERE j.dataset = w.dataset AND j.entity = astro_sync.entity_of(w.key::jsonb) AND j.run_id = w.run
           AND j.status = 'completed' AND NOT j.gap AND j.change_id <> '${fullRunChange}'
         LIMIT ${String(mostChanges + 1)}
       ) changes
     ) settled`,
    [
      candidates.map(({ id }) => id),
      candidates.map(({ run }) => run),
      candidates.map(({ dataset }) => dataset),
      candidates.map(({ key }) => key),
      known,
    ],
  );
  return rows;
}
