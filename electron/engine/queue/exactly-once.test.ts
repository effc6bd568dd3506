import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { installCapture } from '../capture/install';
import { databaseAt, handMadeDataset } from '../capture/test-datasets';
import type { PostgresDatabase } from '../connect/postgres';
import { migrateSystem, systemId } from '../system/schema';
import { relay, relayIntoQueue } from './relay';
import type { Client } from 'pg';

/** What one writer does, in one transaction: statements on keys, committed or rolled back. */
interface Transaction {
  readonly statements: readonly {
    readonly kind: 'one' | 'many' | 'insert' | 'delete' | 'move';
    readonly key: number;
  }[];
  readonly commit: boolean;
  readonly pauseMs: number;
}

const transactions = fc.array(
  fc.record({
    statements: fc.array(
      fc.record({
        kind: fc.constantFrom('one' as const, 'many' as const, 'insert' as const, 'delete' as const, 'move' as const),
        key: fc.integer({ min: 1, max: 40 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    commit: fc.boolean(),
    pauseMs: fc.integer({ min: 0, max: 15 }),
  }),
  { minLength: 6, maxLength: 15 },
);

describe.each([18, 14] as const)('changes become jobs exactly once on PostgreSQL %i', (version) => {
  let sourceServer: TestDatabase;
  let systemServer: TestDatabase;
  let source: PostgresDatabase;
  let system: PostgresDatabase;
  let admin: Client;
  let writers: Client[];

  beforeAll(async () => {
    [sourceServer, systemServer] = await Promise.all([createTestDatabase(version), createTestDatabase(version)]);
    source = databaseAt(sourceServer.url, 'source');
    system = databaseAt(systemServer.url, 'system');
    admin = await system.connect('test');
    await migrateSystem(admin);
    writers = await Promise.all([sourceServer.client(), sourceServer.client(), sourceServer.client()]);
    // journal is what the truth is compared with: each writer notes there, in the same transaction, which entities it touched.
    await writers[0]!.query(`
      CREATE TABLE items (id bigint PRIMARY KEY, v int);
      CREATE TABLE journal (id bigint, statement bigint);
      CREATE SEQUENCE statement;
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE st bigint := nextval('statement');
      BEGIN
        IF TG_OP IN ('INSERT', 'UPDATE') THEN INSERT INTO journal SELECT id, st FROM new_rows; END IF;
        IF TG_OP = 'DELETE' THEN INSERT INTO journal SELECT id, st FROM old_rows; END IF;
        IF TG_OP = 'UPDATE' THEN INSERT INTO journal SELECT id, st FROM old_rows o WHERE NOT EXISTS (SELECT FROM new_rows n WHERE n.id = o.id); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER i AFTER INSERT ON items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE TRIGGER u AFTER UPDATE ON items REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note();
      CREATE TRIGGER d AFTER DELETE ON items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note();`);
    const client = await source.connect('init');
    await installCapture(client, {
      databaseName: 'source',
      environmentName: 'test',
      datasets: [
        handMadeDataset({ name: 'values', table: 'items', columns: ['v'] }),
        handMadeDataset({ name: 'keys', table: 'items', columns: ['v'], capture: 'keys' }),
      ],
      systemId: await systemId(admin),
    });
    await client.end();
  });

  afterAll(async () => {
    await Promise.all([source.close(), system.close()]);
    await Promise.all([sourceServer.drop(), systemServer.drop()]);
  });

  async function write(client: Client, work: readonly Transaction[]): Promise<void> {
    for (const { statements, commit, pauseMs } of work) {
      await client.query('BEGIN');
      try {
        for (const { kind, key } of statements) await client.query(sqlOf(kind, key));
        await client.query('SELECT pg_sleep($1)', [pauseMs / 1000]);
        await client.query(commit ? 'COMMIT' : 'ROLLBACK');
      } catch {
        // Writers deadlock and collide on keys: such a transaction never was.
        await client.query('ROLLBACK');
      }
    }
  }

  it('whatever commits late, rolls back, relays at once or dies between the two commits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(transactions, transactions, transactions),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        async (work, relays) => {
          const writing = Promise.all(writers.map((client, i) => write(client, work[i] ?? [])));
          const relaying = Promise.all([0, 1, 2, 3].map((i) => relayAll(relays.slice(i * 3, i * 3 + 3))));
          await Promise.all([writing, relaying]);
          await relayAll([false]);
          for (const dataset of ['values', 'keys']) expect(await jobsOf(dataset)).toEqual(await journal());
        },
      ),
      // The databases remember earlier cases, so a smaller one shows nothing.
      { numRuns: 6, endOnFailure: true },
    );
  });

  /** true: only the first half, as if the program died before the second. */
  async function relayAll(halves: readonly boolean[]): Promise<void> {
    for (const half of halves) {
      if (half) {
        const control = await source.connect('test');
        const { snapshot, throughJobId } = await relayIntoQueue({ source, system }, control);
        await expectExact(snapshot.holder, throughJobId);
        await snapshot.close();
        await control.end();
      } else {
        const result = await relay({ source, system });
        await expectExact(result.snapshot.holder, result.throughJobId);
        await result.purged;
        await result.snapshot.close();
      }
    }
  }

  /** The jobs up to throughJobId are those of the changes that this very snapshot sees. */
  async function expectExact(holder: Client, throughJobId: string): Promise<void> {
    const seen = await holder.query<{ count: number }>(
      'SELECT count(DISTINCT (id, statement))::int AS count FROM public.journal',
    );
    const jobs = await admin.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM astro_sync.job_queue WHERE dataset = 'values' AND id <= $1::bigint`,
      [throughJobId],
    );
    expect(jobs.rows[0]?.count).toBe(seen.rows[0]?.count);
  }

  async function journal(): Promise<string[]> {
    const { rows } = await writers[0]!.query<{ line: string }>(
      'SELECT id || $1 || count(DISTINCT statement) AS line FROM journal GROUP BY id ORDER BY id',
      [' × '],
    );
    return rows.map((row) => row.line);
  }

  async function jobsOf(dataset: string): Promise<string[]> {
    const { rows } = await admin.query<{ line: string }>(
      `SELECT entity_id || $1 || count(*) AS line FROM astro_sync.job_queue WHERE dataset = $2 GROUP BY entity_id ORDER BY entity_id`,
      [' × ', dataset],
    );
    return rows.map((row) => row.line);
  }
});

function sqlOf(kind: Transaction['statements'][number]['kind'], key: number): string {
  const k = String(key);
  switch (kind) {
    case 'one':
      return `UPDATE items SET v = coalesce(v, 0) + 1 WHERE id = ${k}`;
    case 'many':
      return `UPDATE items SET v = coalesce(v, 0) + 1 WHERE id BETWEEN ${k} AND ${k} + 5`;
    case 'insert':
      return `INSERT INTO items SELECT i, 1 FROM generate_series(${k}, ${k} + 2) i ON CONFLICT (id) DO UPDATE SET v = items.v + 1`;
    case 'delete':
      return `DELETE FROM items WHERE id BETWEEN ${k} AND ${k} + 1`;
    case 'move':
      return `UPDATE items SET id = id + 1000 WHERE id = ${k} AND NOT EXISTS (SELECT FROM items WHERE id = ${k} + 1000)`;
  }
}
