import { randomUUID } from 'node:crypto';
import { postgresDatabase } from '../../electron/engine/connect/postgres';
import { openQueue } from '../../electron/engine/queue/open-queue';
import type { Bench, Case } from '../bench';
import { createDatabases } from '../databases';
import { inRounds, seconds } from '../measure';
import type { Measure } from '../measure';
import { syncProgram } from '../sync-program';

const jobs = 200_000;
const blockOfReference = 500;

/** Jobs claimed and settled as a run does it, beside the least that a queue in PostgreSQL costs. */
export const queue: Case = { name: 'queue', needs: [], run: measure };

async function measure(bench: Bench): Promise<Measure[]> {
  const databases = await createDatabases(bench.postgres, 'queue');
  const { system, names } = databases;
  const program = await syncProgram(bench, databases, [
    { name: 'jobs', source: { database: 'source', table: 'rows' }, target: { database: 'target', table: 'rows' } },
  ]);
  const database = postgresDatabase({
    name: 'system',
    host: bench.postgres.host,
    port: bench.postgres.port,
    database: names.system,
    user: bench.postgres.user,
    password: bench.postgres.password,
    tls: null,
    connectTimeoutMs: 10_000,
  });
  try {
    for (const client of [databases.source, databases.target])
      await client.query('CREATE TABLE rows (id bigint PRIMARY KEY)');
    await program.init();
    await system.query('CREATE TABLE plain_queue (id bigint PRIMARY KEY, data jsonb NOT NULL)');
    const rounds = await inRounds(bench.options.repeats, {
      reference: async () => {
        await system.query('TRUNCATE plain_queue');
        await system.query(
          `INSERT INTO plain_queue SELECT i, ${jobData} FROM generate_series(1, ${String(jobs)}) AS i`,
        );
        await system.query('VACUUM (ANALYZE) plain_queue');
        return jobs / (await seconds(() => drainPlainQueue(bench, databases.names.system)));
      },
      run: async () => {
        // Statistics as they are found in practice: of a queue in which nearly every job is done.
        await system.query('TRUNCATE astro_sync.job_queue');
        await system.query(insertJobs(0, 'completed'));
        await system.query('VACUUM (ANALYZE) astro_sync.job_queue');
        await system.query(insertJobs(jobs, 'pending'));
        await system.query('CHECKPOINT');
        const { rows } = await system.query<{ id: string }>('SELECT max(id) AS id FROM astro_sync.job_queue');
        const opened = openQueue(database, {
          dataset: 'jobs',
          keyNames: ['id'],
          runId: randomUUID(),
          throughJobId: rows[0]?.id ?? '0',
        });
        // Connects.
        await opened.count();
        const time = await seconds(async () => {
          let settled: Promise<void> = Promise.resolve();
          for await (const keys of opened.batches(10_000)) {
            await settled;
            settled = opened.settle(keys.map((key) => ({ key, status: 'completed' })));
          }
          await settled;
        });
        await opened.close();
        const left = await system.query<{ n: string }>(
          `SELECT count(*) AS n FROM astro_sync.job_queue WHERE status <> 'completed'`,
        );
        if (left.rows[0]?.n !== '0') throw new Error(`queue: ${String(left.rows[0]?.n)} jobs not settled`);
        return jobs / time;
      },
    });
    return [
      {
        what: 'queue: jobs claimed and settled',
        goal: { atLeast: 40_000, unit: '/s' },
        samples: rounds.map(({ run }) => run),
        reference: { name: 'DELETE in blocks of 500', samples: rounds.map(({ reference }) => reference), unit: '/s' },
      },
    ];
  } finally {
    await database.close();
    await program.remove();
    await databases.drop();
  }
}

/** INSERT of jobs of as many entities, numbered from after so many. */
function insertJobs(after: number, status: 'completed' | 'pending'): string {
  return `INSERT INTO astro_sync.job_queue
      (job_type, entity_type, entity_id, entity_key, status, data, dataset, capture_id, change_id)
    SELECT 'jobs_sync', 'jobs', i, jsonb_build_object('id', i::text), '${status}', ${jobData}, 'jobs',
           '018f3c1e-0000-7000-8000-000000000000', i::text
    FROM generate_series(${String(after + 1)}, ${String(after + jobs)}) AS i`;
}

const jobData = `jsonb_build_object('operation', 'update', 'before', NULL, 'after', NULL, 'origin',
  jsonb_build_object('database', 'source', 'application', 'booking-service', 'session_user', 'booking', 'at', now()))`;

async function drainPlainQueue(bench: Bench, name: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client(bench.postgres.url(name));
  await client.connect();
  try {
    for (;;) {
      const { rowCount } = await client.query(
        `DELETE FROM plain_queue WHERE id IN
           (SELECT id FROM plain_queue ORDER BY id LIMIT ${String(blockOfReference)} FOR UPDATE SKIP LOCKED) RETURNING id, data`,
      );
      if (rowCount === 0) return;
    }
  } finally {
    await client.end();
  }
}
