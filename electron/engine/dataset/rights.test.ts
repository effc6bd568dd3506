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
import type { ResolvedDataset } from './resolved';
import { checkRights } from './rights';
import type { MissingRights } from './rights';
import { wantedByDefinitions } from './rights-by-definition';
import { wantedRights } from './rights-wanted';

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

  it('asks for nothing that writes in a read-only environment', async () => {
    const readOnly = { ...environment, readOnly: true };
    const { datasets, databases: lacking } = await checkRights(
      readOnly,
      await wantedByDefinitions(readOnly, definitions),
    );
    const rights = [...datasets.values()].flat();
    expect(rights).toContainEqual(expect.objectContaining({ object: 'app.users', privilege: 'SELECT', has: false }));
    expect(rights).toContainEqual(expect.objectContaining({ object: '"Copy"."People"', privilege: 'SELECT' }));
    expect(new Set(rights.map(({ privilege }) => privilege))).toEqual(new Set(['SELECT', 'USAGE', 'TEMPORARY']));
    expect(lacking.flatMap(({ grants }) => grants).join(' ')).not.toMatch(
      /INSERT|UPDATE|DELETE|TRIGGER|CREATE|astro_sync/u,
    );
  });

  it('needs none to resolve, and names each that is missing', async () => {
    // A schema that may not be entered hides its tables from an expression; the role is let in for that alone.
    await admins['source']!.query(`GRANT USAGE ON SCHEMA app TO "${role.replaceAll('"', '""')}"`);
    const found = await rightsFor(environment, (await resolve()).resolved);
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
          `GRANT SELECT ON TABLE "app"."customers" TO ${named};`,
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
    expect(found[0]?.recommended).toContainEqual({
      grant: `GRANT pg_read_all_stats TO ${named};`,
      without: expect.stringContaining('holds captured changes back') as string,
    });
  });

  it('lists what concerns roles once, where two databases are on one server', async () => {
    await admins['source']!.query(`GRANT USAGE ON SCHEMA app TO "${role.replaceAll('"', '""')}"`);
    const { resolved } = await resolve();
    const found = await rightsFor(environment, resolved);
    const grants = found.flatMap((each) => each.grants);
    expect(grants).toEqual([...new Set(grants)]);
    expect(new Set(grants)).toEqual(
      new Set(found.flatMap((each) => [...each.missing, ...each.recommended.map(({ grant }) => grant)])),
    );
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
      const found = await rightsFor(environment, resolved);
      missing = found.flatMap((each) => each.missing).length;
      for (const { database, grants } of found)
        for (const sql of grants) await admins[database]!.query(sql).catch(alreadyThere);
    }
    // Also a table that only a keys query reads is named in the first.
    expect(rounds).toBe(2);
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
    expect((await rightsFor(environment, resolved)).flatMap(({ missing }) => missing)).toEqual([]);
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
    const [source] = await rightsFor(environment, resolved);
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
    const [source] = await rightsFor(environment, resolved);
    expect(source?.missing).toContain(
      `ALTER ROLE ${named} BYPASSRLS; -- row level security would hide rows of "app"."customers"`,
    );
    expect(source?.missing.join()).not.toContain('query would be affected');
  });

  it('tells of each dataset what it needs and what of it is there', async () => {
    const named = `"${role.replaceAll('"', '""')}"`;
    await admins['source']!.query(
      `GRANT USAGE ON SCHEMA app TO ${named}; GRANT SELECT, TRIGGER ON app.orders, app.orders_1 TO ${named}`,
    );
    const { resolved } = await resolve();
    const { datasets } = await checkRights(environment, resolved.map(wantedRights));
    const inSource = (dataset: string): string[] =>
      (datasets.get(dataset) ?? [])
        .filter(({ database }) => database === 'source')
        .map(({ on, object, privilege, has }) => `${String(has)} ${on} ${object} ${privilege}`);
    const base = [`false database ${databases[0]!.name} CREATE`, `true database ${databases[0]!.name} TEMPORARY`];
    expect(inSource('orders')).toEqual([
      ...base,
      'true schema app USAGE',
      'true table app.orders SELECT',
      'true table app.orders TRIGGER',
      'true table app.orders_1 TRIGGER',
    ]);
    expect(inSource('people')).toEqual([
      ...base,
      'true schema app USAGE',
      'false table app.users SELECT',
      'false table app.users TRIGGER',
      'true table app.orders SELECT',
      'true table app.orders TRIGGER',
      'true table app.orders_1 TRIGGER',
      'false table app.customers SELECT',
    ]);
    expect(datasets.get('orders')).toContainEqual({
      database: 'system',
      on: 'table',
      object: '"Copy".orders',
      privilege: 'UPDATE',
      has: false,
    });
  });

  it('tells what datasets need that do not resolve for want of a right, and gives all of it in one round', async () => {
    const { problems } = await resolveDatasets(environment, definitions);
    expect(problems.map(({ dataset, error }) => [dataset, error.code])).toContainEqual(['people', 'RIGHTS_MISSING']);
    const wanted = await wantedByDefinitions(environment, definitions);
    const found = await checkRights(environment, wanted);
    const people = found.datasets.get('people') ?? [];
    expect(people.filter(({ has }) => has === false).map(({ object, privilege }) => `${privilege} ${object}`)).toEqual(
      expect.arrayContaining(['USAGE app', 'SELECT app.users', 'SELECT app.customers', 'INSERT "Copy"."People"']),
    );
    for (const { database, grants } of found.databases) {
      expect(grants.join()).not.toContain('password_hash');
      for (const sql of grants) await admins[database]!.query(sql).catch(alreadyThere);
    }
    expect((await rightsFor(environment, (await resolve()).resolved)).flatMap(({ missing }) => missing)).toEqual([]);
  });

  it('needs no right on what stands behind a view, unless the view is of its invoker', async () => {
    const named = `"${role.replaceAll('"', '""')}"`;
    await admins['source']!.query(`
      CREATE VIEW app.mails AS SELECT id, mail FROM app.users;
      GRANT USAGE ON SCHEMA app TO ${named}; GRANT SELECT ON app.mails TO ${named}`);
    const viewed = datasetSchema.parse({
      name: 'mails',
      source: { database: 'source', query: 'SELECT id, mail FROM app.mails', key: ['id'] },
      target: { database: 'system', table: '"Copy"."People"' },
      depends_on: [{ table: 'app.users' }],
    });
    const { resolved } = await resolveDatasets(environment, [viewed]);
    const { datasets } = await checkRights(
      environment,
      resolved.map((each) => ({ ...wantedRights(each), tables: [] })),
    );
    const tables = (datasets.get('mails') ?? []).filter(({ on }) => on === 'table');
    expect(tables.map(({ object, has }) => [object, has])).toEqual([['app.mails', true]]);
  });

  it('knows nothing of a database that does not answer, and all of the others', async () => {
    await admins['source']!.query(`GRANT USAGE ON SCHEMA app TO "${role.replaceAll('"', '""')}"`);
    const { resolved } = await resolve();
    const found = await checkRights(environment, resolved.map(wantedRights), new Set(['source']));
    expect(found.databases.map(({ database }) => database)).toEqual(['system']);
    const rights = found.datasets.get('people') ?? [];
    expect(rights).toContainEqual({
      database: 'source',
      on: 'table',
      object: 'app.users',
      privilege: 'SELECT',
      has: null,
    });
    expect(rights).toContainEqual({
      database: 'system',
      on: 'schema',
      object: '"Copy"',
      privilege: 'USAGE',
      has: false,
    });
  });

  it('finds nothing missing for a superuser', async () => {
    const own = await testEnvironment({ source: databases[0]!.url, system: databases[1]!.url });
    const { resolved } = await resolveDatasets(own, definitions);
    expect((await rightsFor(own, resolved)).map(({ missing, recommended }) => [missing, recommended])).toEqual([
      [[], []],
      [[], []],
    ]);
    await own.close();
  });
});

async function rightsFor(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
): Promise<readonly MissingRights[]> {
  return (await checkRights(environment, datasets.map(wantedRights))).databases;
}

/** Both databases are on one server: the role astro_sync may have been made through the other. */
function alreadyThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === '42710')) throw error;
}
