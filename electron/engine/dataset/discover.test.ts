import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import { discoverDatasets } from './discover';
import { loadDatasets } from './load';
import { resolveDatasets } from './resolve';

describe('discovering datasets', () => {
  let from: TestDatabase;
  let to: TestDatabase;
  let environment: Environment;
  let yaml: string;

  beforeAll(async () => {
    [from, to] = await Promise.all([createTestDatabase(14), createTestDatabase(18)]);
    environment = await testEnvironment({ operations: from.url, system: to.url });
    await (
      await from.client()
    ).query(`
      CREATE TABLE a_child (id int PRIMARY KEY, parent int, v text);
      CREATE TABLE parents (id int PRIMARY KEY, name text, password_hash text, made timestamptz);
      CREATE TABLE customer (id int PRIMARY KEY);
      CREATE TABLE keyless (id int);
      CREATE TABLE strict (id int PRIMARY KEY, v text);
      CREATE TABLE parted (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
      CREATE TABLE users (id int PRIMARY KEY, email text, password_hash text);
      CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
      CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."Täble" ("Id" int PRIMARY KEY, "a, b" text, "select" text, gone int);
      CREATE SCHEMA shop; CREATE TABLE shop.orders (id int PRIMARY KEY, state text, total numeric);
      CREATE SCHEMA astro_sync; CREATE TABLE astro_sync.change_log (id int PRIMARY KEY)`);
    await (
      await to.client()
    ).query(`
      CREATE TABLE parents (id int PRIMARY KEY, name text, made timestamptz, extra text, twice int GENERATED ALWAYS AS (id * 2) STORED);
      CREATE TABLE a_child (id int PRIMARY KEY, parent int REFERENCES parents, v text);
      CREATE TABLE users (id int PRIMARY KEY, email text, password_hash text);
      CREATE TABLE customers (id int PRIMARY KEY);
      CREATE TABLE keyless (id int);
      CREATE TABLE strict (id int PRIMARY KEY, v text, country text NOT NULL);
      CREATE TABLE parted (id int PRIMARY KEY, v text);
      CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."Täble" ("select" text, "a, b" text, "Id" int PRIMARY KEY);
      CREATE SCHEMA sales; CREATE TABLE sales.orders (id int PRIMARY KEY, state text, total interval);
      CREATE SCHEMA astro_sync; CREATE TABLE astro_sync.change_log (id int PRIMARY KEY)`);
    yaml = await discoverDatasets(environment, { source: 'operations', target: 'system' });
  });

  afterAll(async () => {
    await environment.close();
    await Promise.all([from.drop(), to.drop()]);
  });

  it('refuses one database, by whichever names it is called', async () => {
    await expect(discoverDatasets(environment, { source: 'system', target: 'system' })).rejects.toMatchObject({
      code: 'SAME_SOURCE_AND_TARGET',
      message: '"system" is named as source and as target',
    });
    const twice = await testEnvironment({ operations: from.url, system: from.url });
    await expect(discoverDatasets(twice, { source: 'operations', target: 'system' })).rejects.toMatchObject({
      code: 'SAME_SOURCE_AND_TARGET',
      message: expect.stringContaining('"operations" and "system" are the same database') as string,
    });
    await twice.close();
  });

  it('writes what two catalogs have in common, parents first, and why the rest is missing', () => {
    expect(yaml)
      .toBe(`# Tables that operations and system have in common. Read each before the first run: this is a proposal.

# left out: gone, the target has no such column
- name: table
  source: { database: operations, table: "\\"My Schema\\".\\"Täble\\"", columns: [Id, "a, b", select] }
  target: { database: system, table: "\\"My Schema\\".\\"Täble\\"" }

# left out: password_hash, the target has no such column
# left as they are in the target: extra
- name: parents
  source: { database: operations, table: public.parents, columns: [id, name, made] }
  target: { database: system, table: public.parents }

- name: a_child
  source: { database: operations, table: public.a_child }
  target: { database: system, table: public.a_child }

- name: parted
  source: { database: operations, table: public.parted }
  target: { database: system, table: public.parted }

# updates only: nothing fills country of the target, NOT NULL without a default
- name: strict
  source: { database: operations, table: public.strict }
  target: { database: system, table: public.strict }
  write: update
  on_delete: keep

# left out: password_hash, it looks like a credential
- name: users
  source: { database: operations, table: public.users, columns: [id, email] }
  target: { database: system, table: public.users }

# left out: total, it is numeric here and interval in the target
- name: orders
  source: { database: operations, table: shop.orders, columns: [id, state] }
  target: { database: system, table: sales.orders }

# Left out:
# - public.customer: the target has no one table of that name; customers may be meant
# - public.keyless: it has no primary key and no unique key over NOT NULL columns
`);
  });

  it('writes what loads and resolves as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'astro-discover-'));
    const file = join(folder, 'found.yaml');
    await writeFile(file, yaml);
    const { resolved, problems, warnings } = await resolveDatasets(environment, await loadDatasets(file));
    expect(problems.map(({ error }) => error.message)).toEqual([]);
    expect(resolved).toHaveLength(7);
    expect(warnings).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('keeps to one schema where it is asked to', async () => {
    const found = await discoverDatasets(environment, { source: 'operations', target: 'system', schema: 'shop' });
    expect(found.match(/^- name: .*$/gm)).toEqual(['- name: orders']);
  });

  it('says so where nothing is in common', async () => {
    const found = await discoverDatasets(environment, { source: 'operations', target: 'system', schema: 'nowhere' });
    expect(found.trim().split('\n')).toHaveLength(1);
  });
});
