import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { installCapture } from '../capture/install';
import { installTarget } from '../capture/target';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import { migrateSystem, systemId } from '../system/schema';
import { sourceSelect, targetSelect, textColumns, typedColumns } from './projection';
import { resolveDatasets } from './resolve';
import type { Resolution } from './resolve';
import { checkRights } from './rights';

const definitions = [
  {
    name: 'people',
    source: {
      database: 'source',
      table: 'app.users',
      columns: { id: null, mail: null, orders: { sql: '(select count(*) from app.orders o where o.user_id = s.id)' } },
    },
    target: { database: 'system', table: '"Copy"."People"' },
    depends_on: [{ table: 'app.orders', keys: 'select user_id from app.customers where order_id = any($keys.id)' }],
  },
  {
    name: 'orders',
    source: { database: 'source', table: 'app.orders' },
    target: { database: 'system', table: '"Copy".orders' },
    write: 'update',
    on_delete: 'keep',
    guard: true,
  },
].map((definition) => datasetSchema.parse(definition));

describe.each([18, 14] as const)('checking rights on PostgreSQL %i', (version) => {
  const databases: TestDatabase[] = [];
  let role: string;
  let environment: Environment;
  let admins: Record<string, Client>;

  beforeAll(async () => {
    databases.push(await createTestDatabase(version), await createTestDatabase(version));
  });
  afterAll(() => Promise.all(databases.map((database) => database.drop())));

  beforeEach(async () => {
    const [source, system] = databases;
    role = `Op "${source!.name}`;
    admins = { source: await source!.client(), system: await system!.client() };
    await admins['source']!.query(`
      CREATE ROLE "${role.replaceAll('"', '""')}" LOGIN PASSWORD 'x';
      CREATE SCHEMA app;
      CREATE TABLE app.users (id bigint PRIMARY KEY, mail text, password_hash text);
      CREATE TABLE app.orders (id bigint, user_id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
      CREATE TABLE app.orders_1 PARTITION OF app.orders DEFAULT;
      CREATE TABLE app.customers (order_id bigint PRIMARY KEY, user_id bigint)`);
    await admins['system']!.query(`
      CREATE SCHEMA "Copy";
      CREATE TABLE "Copy"."People" (id bigint PRIMARY KEY, mail text, orders bigint);
      CREATE TABLE "Copy".orders (id bigint, user_id bigint, day date, PRIMARY KEY (id, day))`);
    environment = await testEnvironment({ source: source!.urlAs(role, 'x'), system: system!.urlAs(role, 'x') });
  });

  afterEach(async () => {
    await environment.close();
    for (const admin of Object.values(admins)) {
      await admin.query(
        `DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA IF EXISTS "Copy" CASCADE; DROP SCHEMA IF EXISTS astro_sync CASCADE; DROP OWNED BY "${role.replaceAll('"', '""')}"`,
      );
    }
    await admins['source']!.query(`DROP ROLE "${role.replaceAll('"', '""')}"`);
  });

  async function resolve(): Promise<Resolution> {
    const resolution = await resolveDatasets(environment, definitions);
    expect(resolution.problems.map(({ error }) => error.message)).toEqual([]);
    return resolution;
  }

  it('needs none to resolve, and names each that is missing', async () => {
    // A schema that may not be entered hides its tables from an expression; the role is let in for that alone.
    await admins['source']!.query(`GRANT USAGE ON SCHEMA app TO "${role.replaceAll('"', '""')}"`);
    const found = await checkRights(environment, (await resolve()).resolved);
    const named = `"${role.replaceAll('"', '""')}"`;
    expect(
      found.map(({ database, missing }) => [
        database,
        missing.filter((sql) => !sql.includes('ROLE') && !sql.startsWith('GRANT astro_sync')),
      ]),
    ).toEqual([
      [
        'source',
        [
          `GRANT CREATE ON DATABASE "${databases[0]!.name}" TO ${named};`,
          `GRANT SELECT ("id", "mail"), TRIGGER ON TABLE "app"."users" TO ${named};`,
          `GRANT SELECT, TRIGGER ON TABLE "app"."orders" TO ${named};`,
          `GRANT TRIGGER ON TABLE "app"."orders_1" TO ${named};`,
        ],
      ],
      [
        'system',
        [
          `GRANT CREATE ON DATABASE "${databases[1]!.name}" TO ${named};`,
          `GRANT USAGE ON SCHEMA "Copy" TO ${named};`,
          `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "Copy"."People" TO ${named};`,
          `GRANT SELECT, UPDATE, TRIGGER ON TABLE "Copy"."orders" TO ${named};`,
        ],
      ],
    ]);
    expect(found[0]?.recommended).toContain(`GRANT pg_read_all_stats TO ${named};`);
  });

  it('lists what concerns roles once, where two databases are on one server', async () => {
    await admins['source']!.query(`GRANT USAGE ON SCHEMA app TO "${role.replaceAll('"', '""')}"`);
    const { resolved } = await resolve();
    const found = await checkRights(environment, resolved);
    const grants = found.flatMap((each) => each.grants);
    expect(grants).toEqual([...new Set(grants)]);
    expect(new Set(grants)).toEqual(new Set(found.flatMap((each) => [...each.missing, ...each.recommended])));
    // At the first database of the environment; and they are worth having, not needed.
    const concernRoles = grants.filter((sql) => /ROLE astro_sync|GRANT astro_sync|pg_read_all_stats/.test(sql));
    expect(concernRoles).not.toEqual([]);
    for (const sql of concernRoles) expect(found[0]?.grants).toContain(sql);
    for (const { missing } of found) expect(missing.filter((sql) => concernRoles.includes(sql))).toEqual([]);
  });

  it('is content once its grants are given, and then init and reading work', async () => {
    await admins['source']!.query(`GRANT USAGE ON SCHEMA app TO "${role.replaceAll('"', '""')}"`);
    const { resolved } = await resolve();
    let rounds = 0;
    for (let missing = 1; missing > 0; rounds += 1) {
      const found = await checkRights(environment, resolved);
      missing = found.flatMap((each) => each.missing).length;
      for (const { database, grants } of found)
        for (const sql of grants) await admins[database]!.query(sql).catch(alreadyThere);
    }
    // The second round names what only the first one's grants bring to light: a table that a keys query reads.
    expect(rounds).toBeLessThanOrEqual(3);
    const source = await environment.postgres('source').connect('test');
    const system = await environment.system.connect('test');
    await migrateSystem(system);
    const installed = await installCapture(source, {
      databaseName: 'source',
      environmentName: 'test',
      datasets: resolved,
      systemId: await systemId(system),
    });
    expect(installed.missing).toEqual([]);
    expect((await installTarget(system)).missing).toEqual([]);
    for (const dataset of resolved) {
      await source.query(sourceSelect(dataset, { columns: typedColumns(dataset) }));
      await system.query(targetSelect(dataset, { columns: textColumns(dataset, 'target') }));
    }
    await expect(source.query('SELECT password_hash FROM app.users')).rejects.toThrow('permission denied');
    expect((await checkRights(environment, resolved)).flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('names row level security that would hide rows', async () => {
    const named = `"${role.replaceAll('"', '""')}"`;
    await admins['source']!.query(
      `GRANT USAGE ON SCHEMA app TO ${named}; ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY`,
    );
    const { resolved, problems } = await resolveDatasets(environment, definitions);
    expect(problems.map(({ dataset, error }) => [dataset, error.code, error.hint])).toEqual([
      ['people', 'RIGHTS_MISSING', expect.stringContaining('BYPASSRLS')],
    ]);
    expect(problems[0]?.error.message).toMatch(
      /^Dataset "people": .*: row level security would hide rows of table "orders" from this role$/,
    );
    const [source] = await checkRights(environment, resolved);
    expect(source?.missing).toContain(
      `ALTER ROLE ${named} BYPASSRLS; -- row level security would hide rows of "app"."orders"`,
    );
  });

  it('names row level security of a table that only a keys query reads, in words and not in those of the server', async () => {
    const named = `"${role.replaceAll('"', '""')}"`;
    await admins['source']!.query(
      `GRANT USAGE ON SCHEMA app TO ${named}; GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${named};
       GRANT TRIGGER, SELECT ON app.users, app.orders, app.orders_1 TO ${named}`,
    );
    const { resolved } = await resolve();
    await admins['source']!.query('ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY');
    const [source] = await checkRights(environment, resolved);
    expect(source?.missing).toContain(
      `ALTER ROLE ${named} BYPASSRLS; -- row level security would hide rows of table "customers" from this role`,
    );
    expect(source?.missing.join()).not.toContain('query would be affected');
  });

  it('finds nothing missing for a superuser', async () => {
    const own = await testEnvironment({ source: databases[0]!.url, system: databases[1]!.url });
    const { resolved } = await resolveDatasets(own, definitions);
    expect((await checkRights(own, resolved)).map(({ missing, recommended }) => [missing, recommended])).toEqual([
      [[], []],
      [[], []],
    ]);
    await own.close();
  });
});

/** Both databases are on one server: the role astro_sync may have been made through the other. */
function alreadyThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === '42710')) throw error;
}
