import { environmentSchema } from '../../shared/definitions/environment';
import { openEnvironment } from '../../electron/engine/connect/environment';
import type { Engine, JobFilter } from '../../electron/engine/operate/api';
import { openEngine } from '../../electron/engine/operate/open';
import { migrateSystem } from '../../electron/engine/system/schema';
import type pg from 'pg';
import type { Bench, Case } from '../bench';
import { createDatabases } from '../databases';
import { fillQueue, insertJobs, jobsAtOnce, runOf } from '../queue-jobs';
import { inRounds, median, seconds } from '../measure';
import type { Measure } from '../measure';

const page = 100;
const written = jobsAtOnce;

/** What a person looks for in a long queue: what is everywhere, what is rare, what is old, what is not there, and two of these at once. */
const filters: Readonly<Record<string, JobFilter>> = {
  nothing: {},
  'a dataset': { dataset: 'launches' },
  'one job of a dataset': { dataset: 'rare-set' },
  'what failed': { status: ['failed'] },
  'one conflict': { status: ['conflict'] },
  'what waits': { status: ['pending'] },
  'failed and skipped of a dataset': { status: ['failed', 'skipped'], dataset: 'agencies' },
  'an entity of any dataset': { entity: '654321' },
  'no entity': { entity: 'x' },
  'an application': { application: 'crm' },
  'one job of an application': { application: 'rare-app' },
  'an application of long ago': { application: 'old-app' },
  'an application that writes now and then': { application: 'sparse-app' },
  'an actor': { actor: 'user77' },
  'one job of an actor': { actor: 'rare-actor' },
  'no actor': { actor: 'nobody' },
  'a database': { originDatabase: 'system' },
  'one job of a database': { originDatabase: 'rare' },
  'an application in a dataset it never writes': { application: 'crm', dataset: 'quiet' },
  'failed jobs of an application': { status: ['failed'], application: 'mobile' },
  'written by the sync': { by: 'sync' },
  'by others': { by: 'others' },
  'by others, before the sync wrote for a long time': { by: 'others', until: '2026-06-29T20:00:00Z' },
  'completed, of others': { by: 'others', status: ['completed'] },
  'waits, by the sync': { by: 'sync', status: ['pending'] },
  'a run': { run: '018f3c1e-0000-7000-8000-000000000042' },
  'failed jobs of a run': { run: '018f3c1e-0000-7000-8000-000000000042', status: ['failed'] },
  'no run': { run: '018f3c1e-0000-7000-8000-00000000ffff' },
  'the last hour': { since: '2026-06-30T23:00:00Z' },
  'an hour long ago': { since: '2026-06-10T10:00:00Z', until: '2026-06-10T11:00:00Z' },
  'an actor in a day long ago': { actor: 'user78', since: '2026-06-12T00:00:00Z', until: '2026-06-13T00:00:00Z' },
};

/** A queue of as many jobs as there are rows, searched by any filter; and what that costs those who fill and settle it. */
export const queueSearch: Case = { name: 'queue-search', needs: [], run: measure };

async function measure(bench: Bench): Promise<Measure[]> {
  const databases = await createDatabases(bench.postgres, 'queue-search');
  const { system, names } = databases;
  const environment = await openEnvironment(
    environmentSchema.parse({
      name: 'bench',
      level: 'development',
      databases: { system: { engine: 'postgres', url: bench.postgres.url(names.system) } },
      system: 'system',
    }),
    { folder: '.' },
  );
  const engine = await openEngine({
    environment,
    definitions: [],
    caller: { operator: 'bench', host: 'bench', application: 'bench' },
  });
  try {
    await migrateSystem(system);
    const cost = await costOfNotes(bench, system);
    await system.query('TRUNCATE astro_sync.job_queue RESTART IDENTITY');
    await fillQueue(system, bench.options.rows);
    return [...(await searches(bench, engine)), ...(await origins(bench, engine)), ...cost];
  } finally {
    await environment.close();
    await databases.drop();
  }
}

async function searches(bench: Bench, engine: Engine): Promise<Measure[]> {
  const rows: number[] = [];
  const both: number[] = [];
  const first: number[] = [];
  for (let round = 0; round < bench.options.repeats; round += 1) {
    const slowest = { rows: 0, both: 0 };
    for (const [name, filter] of Object.entries(filters)) {
      let jobs = 0;
      const time = await seconds(async () => (jobs = (await engine.queue({ ...filter, limit: page + 1 })).length));
      let number = '';
      const change = await seconds(() =>
        Promise.all([
          engine.queue({ ...filter, limit: page + 1 }),
          engine
            .queueCount(filter)
            .then(({ count, exact }) => (number = `${exact ? '' : 'at least '}${String(count)}`)),
        ]),
      );
      if (round === 0)
        bench.note(`${name}: ${ms(time)} for ${String(jobs)} rows, ${ms(change)} with their number (${number})`);
      if (name === 'nothing') first.push(time);
      slowest.rows = Math.max(slowest.rows, time);
      slowest.both = Math.max(slowest.both, change);
    }
    rows.push(slowest.rows);
    both.push(slowest.both);
  }
  const of = `queue of ${bench.options.rows.toLocaleString('en')} jobs`;
  const measureOf = (what: string, atMost: number, samples: number[]): Measure => ({
    what: `${of}: ${what}`,
    goal: { atMost, unit: 's' },
    samples,
    reference: null,
  });
  return [
    measureOf('first rows', 0.3, first),
    measureOf('rows of the slowest filter', 0.3, rows),
    measureOf('rows and number of the slowest filter', 0.5, both),
  ];
}

async function origins(bench: Bench, engine: Engine): Promise<Measure[]> {
  const spans = { hour: '2026-06-30T23:00:00Z', 'whole queue': '2026-01-01T00:00:00Z' };
  const measures: Measure[] = [];
  for (const [name, since] of Object.entries(spans)) {
    const samples: number[] = [];
    for (let round = 0; round < bench.options.repeats; round += 1)
      samples.push(
        await seconds(() => engine.origins({ since, until: '2026-07-01T00:00:00Z', buckets: 60, by: 'others' })),
      );
    measures.push({ what: `origins of the last ${name}`, goal: null, samples, reference: null });
    bench.note(`origins of the last ${name}: ${ms(median(samples))}`);
  }
  return measures;
}

/** Insert and settle with the notes and indexes that searches need, beside the same without. */
async function costOfNotes(bench: Bench, system: pg.Client): Promise<Measure[]> {
  const half = async (on: boolean): Promise<{ readonly insert: number; readonly settle: number }> => {
    await system.query(
      on
        ? `ALTER TABLE astro_sync.job_queue ENABLE TRIGGER USER;
           CREATE INDEX IF NOT EXISTS job_queue_left ON astro_sync.job_queue (status, id) WHERE status IN ('failed', 'conflict', 'skipped');
           CREATE INDEX IF NOT EXISTS job_queue_run ON astro_sync.job_queue (run_id, id) WHERE run_id IS NOT NULL;`
        : `ALTER TABLE astro_sync.job_queue DISABLE TRIGGER USER;
           DROP INDEX IF EXISTS astro_sync.job_queue_left, astro_sync.job_queue_run`,
    );
    await system.query('TRUNCATE astro_sync.job_queue RESTART IDENTITY; CHECKPOINT');
    const insert = await seconds(() => system.query(insertJobs(0, written)));
    const settle = await seconds(async () => {
      for (let id = 0; id < written; id += 10_000)
        await system.query(
          `UPDATE astro_sync.job_queue SET status = 'completed', executed_at = now(), run_id = (${runOf('1')})::uuid, attempts = attempts + 1
           WHERE id > ${String(id)} AND id <= ${String(id + 10_000)}`,
        );
    });
    return { insert: written / insert, settle: written / settle };
  };
  const rounds = await inRounds(bench.options.repeats, { with: () => half(true), without: () => half(false) });
  await half(true);
  return (['insert', 'settle'] as const).map((what) => ({
    what: `queue: ${what} of jobs, with what searches need`,
    goal: null,
    samples: rounds.map((round) => round.with[what] / round.without[what]),
    reference: { name: 'without', samples: rounds.map(({ without }) => without[what]), unit: '/s' },
  }));
}

function ms(time: number): string {
  return `${String(Math.round(time * 1000))} ms`;
}
