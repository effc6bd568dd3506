import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import { resolveDatasets } from './resolve';
import type { Resolution } from './resolve';
import type { ResolvedDataset } from './resolved';

const sourceTables = `
  CREATE TYPE public.mood AS ENUM ('happy', 'sad');
  CREATE TABLE public.cities (id bigint PRIMARY KEY, name text, population integer, password_hash text);
  CREATE TABLE public.people (id bigint PRIMARY KEY, city_id bigint, mail text, feeling public.mood, born date, note json);
  CREATE TABLE public.no_key (id bigint, name text UNIQUE);
  CREATE TABLE public.unique_key (code text NOT NULL UNIQUE, name text UNIQUE, n integer);
  CREATE VIEW public.city_view AS SELECT id, name FROM public.cities;
  CREATE TABLE public.events (id bigint, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE public.events_a PARTITION OF public.events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY RANGE (id);
  CREATE TABLE public.events_a1 PARTITION OF public.events_a DEFAULT;
  CREATE SCHEMA "My Schema";
  CREATE TABLE "My Schema"."Täble ""x""" ("Id." uuid PRIMARY KEY, "select" text, "Select" text);`;

const targetTables = `
  CREATE TABLE public.cities (population bigint, id bigint PRIMARY KEY, name varchar(40), extra text, since date NOT NULL DEFAULT now());
  CREATE TABLE public.strict (id bigint PRIMARY KEY, name text, country text NOT NULL, code text NOT NULL);
  CREATE TABLE public.people (id bigint PRIMARY KEY, mail text, feeling text, born interval, gone boolean, copy text GENERATED ALWAYS AS (mail) STORED);
  CREATE TABLE public.without (id bigint, name text, population int);
  CREATE TABLE public.events (v text, id bigint, day date, PRIMARY KEY (id, day));
  CREATE TABLE public.unique_key (code text, name text, n integer, UNIQUE (code));
  CREATE VIEW public.city_view AS SELECT id, name FROM public.cities;
  CREATE SCHEMA "My Schema";
  CREATE TABLE "My Schema"."Täble ""x""" ("Select" text, "Id." uuid PRIMARY KEY, "select" text);`;

describe.each([18, 14] as const)('resolving against PostgreSQL %i', (version) => {
  let sourceServer: TestDatabase;
  let targetServer: TestDatabase;
  let environment: Environment;
  let admin: Client;

  beforeAll(async () => {
    [sourceServer, targetServer] = await Promise.all([createTestDatabase(version), createTestDatabase(18)]);
    environment = await testEnvironment({
      operations: sourceServer.url,
      alias: sourceServer.url,
      system: targetServer.url,
      cache: 'redis://127.0.0.1:6399/0',
      mirror: 'redis://127.0.0.1:6399/0',
    });
    admin = await sourceServer.client();
    await admin.query(sourceTables);
    await (await targetServer.client()).query(targetTables);
  });

  afterAll(async () => {
    await environment.close();
    await Promise.all([sourceServer.drop(), targetServer.drop()]);
  });

  const resolve = (...definitions: object[]): Promise<Resolution> =>
    resolveDatasets(
      environment,
      definitions.map((definition) => datasetSchema.parse(definition)),
    );
  const toTable = (source: object, target: object = {}, rest: object = {}): object => ({
    name: 'cities',
    source: { database: 'operations', table: 'cities', ...source },
    target: { database: 'system', table: 'cities', ...target },
    ...rest,
  });
  const toCache = (source: object, target: object = {}, rest: object = {}): object => ({
    name: 'cards',
    source: { database: 'operations', table: 'cities', ...source },
    target: { database: 'cache', hash: 'city:{id}', ...target },
    ...rest,
  });
  async function only(definition: object): Promise<ResolvedDataset> {
    const { resolved, problems } = await resolve(definition);
    expect(problems.map(({ error }) => error.message)).toEqual([]);
    return resolved[0]!;
  }
  /** Code and message of each problem, and its hint. */
  async function refused(...definitions: object[]): Promise<string[]> {
    const { problems } = await resolve(...definitions);
    return problems.map(({ error }) => `${error.code} ${error.message} | ${error.hint ?? ''}`);
  }

  it('takes key, columns and order from the catalogs', async () => {
    const dataset = await only(toTable({}));
    expect(dataset.key.map(({ name }) => name)).toEqual(['id']);
    expect(dataset.columns.map(({ name, isKey }) => [name, isKey])).toEqual([
      ['population', false],
      ['id', true],
      ['name', false],
    ]);
    expect([dataset.jobType, dataset.entityType]).toEqual(['cities_sync', 'cities']);
  });

  it('leaves credentials out, says so, and reads them where they are asked for by name', async () => {
    const { resolved, warnings } = await resolve(toTable({}));
    expect(resolved[0]?.reads).toEqual(['id', 'name', 'population']);
    expect(warnings[0]?.text).toMatch(/password_hash.*name the columns under source/);
    expect((await resolve(toTable({ columns: ['id', 'name', 'population'] }))).warnings).toEqual([]);
    const asked = await only(toCache({ columns: ['id', 'password_hash'] }));
    expect(asked.reads).toEqual(['id', 'password_hash']);
  });

  it('takes names exactly, or as SQL writes them', async () => {
    const table = '"My Schema"."Täble ""x"""';
    const dataset = await only({
      name: 'odd',
      source: { database: 'operations', table },
      target: { database: 'system', table },
    });
    expect(dataset.columns.map(({ name }) => name)).toEqual(['Select', 'Id.', 'select']);
    const named = await only(toTable({ columns: ['ID', '"name"', 'Population'] }));
    expect(named.columns.map(({ name }) => name)).toEqual(['population', 'id', 'name']);
  });

  it('finds a unique key where there is no primary one', async () => {
    const dataset = await only({
      name: 'u',
      source: { database: 'operations', table: 'unique_key' },
      target: { database: 'system', table: 'unique_key' },
    });
    expect(dataset.key.map(({ name }) => name)).toEqual(['code']);
  });

  it('reads partitions of any level, their leaves alone', async () => {
    const dataset = await only({
      name: 'e',
      source: { database: 'operations', table: 'events' },
      target: { database: 'system', table: 'events' },
    });
    expect(dataset.source.engine === 'postgres' && dataset.source.table?.partitions).toEqual([
      { schema: 'public', name: 'events_a1' },
    ]);
    expect(dataset.key.map(({ name }) => name)).toEqual(['id', 'day']);
  });

  it('takes a view as source where its key is declared', async () => {
    expect(await refused(toCache({ table: 'city_view' }))).toEqual([
      expect.stringMatching(/^NO_KEY .*"city_view".* \| Declare it/),
    ]);
    const dataset = await only(toCache({ table: 'city_view', key: ['id'] }));
    expect(dataset.columns.map(({ name }) => name)).toEqual(['id', 'name']);
  });

  it('renames, maps and computes columns, and describes queries', async () => {
    const dataset = await only({
      name: 'cards',
      source: {
        database: 'operations',
        query:
          'select p.id, c.name as city, p.feeling from public.people p left join public.cities c on c.id = p.city_id -- all;',
        key: ['id'],
        columns: {
          id: null,
          town: 'city',
          mood: { from: 'feeling', map: { happy: ':)' }, else: null },
          shout: { sql: 'upper(s.city)' },
        },
      },
      target: { database: 'cache', hash: 'city:{id}' },
      depends_on: [
        { table: 'people' },
        { table: 'cities', keys: 'select id from public.people where city_id = any($keys.id)' },
      ],
    });
    expect(dataset.columns.map(({ name, sourceType }) => [name, sourceType.sql])).toEqual([
      ['id', 'bigint'],
      ['town', 'text'],
      ['mood', 'text'],
      ['shout', 'text'],
    ]);
    expect(dataset.dependencies.map(({ table, mappingColumns }) => [table.name, mappingColumns])).toEqual([
      ['people', ['id']],
      ['cities', ['id']],
    ]);
  });

  it('adds the key to columns that leave it out', async () => {
    const dataset = await only(toCache({ columns: ['name'] }));
    expect(dataset.columns.map(({ name }) => name)).toEqual(['name', 'id']);
  });

  it('tells all that is wrong with a dataset at once', async () => {
    const found = await refused(
      toTable({
        columns: { id: null, nam: null, name: { sql: 'nope(s.name)' }, population: { sql: 's.name' } },
        where: 's.wrong',
      }),
    );
    expect(found).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"nam" in source .* \| Did you mean name\?/),
      expect.stringMatching(/^DATASET_INVALID .*columns\.name\.sql: function nope\(text\) does not exist/),
      expect.stringMatching(/^TYPE_INCOMPATIBLE .*"population" is bigint in the target, and its source is text/),
      expect.stringMatching(/^DATASET_INVALID .*source\.where: column s\.wrong does not exist/),
    ]);
  });

  it('names what is not there', async () => {
    expect(await refused(toTable({ table: 'citis' }))).toEqual([
      expect.stringMatching(/^TABLE_MISSING .*"citis".* \| Did you mean "public"\."cities"\?/),
    ]);
    expect(await refused(toTable({ database: 'operation' }))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*"operation" \| Did you mean operations\?/),
    ]);
    expect(await refused(toTable({ table: 'people' }, { table: 'people' }))).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"city_id" in target "people"/),
      expect.stringMatching(/^COLUMN_MISSING .*"note" in target "people"/),
      expect.stringMatching(/^TYPE_INCOMPATIBLE .*"born" is interval in the target, and its source is date/),
    ]);
  });

  it('refuses tables without a key, on either side', async () => {
    expect(await refused(toCache({ table: 'no_key' }))).toEqual([
      expect.stringMatching(/^NO_KEY .*has no key \| Its unique key "no_key_name_key" allows NULL/),
    ]);
    expect(await refused(toTable({}, { table: 'without' }))).toEqual([
      expect.stringMatching(/^NO_KEY .*target "without" has no unique key over "id"/),
    ]);
    expect(await refused(toTable({ key: ['name'] }))).toEqual([
      expect.stringMatching(/^NO_KEY .*key column "name" .* allows NULL/),
      expect.stringMatching(/^NO_KEY .*\(name\) is not unique/),
      expect.stringMatching(/^NO_KEY .*target "cities" has no unique key over "name"/),
    ]);
  });

  it('refuses a target that an insert could not fill, unless rows are only updated', async () => {
    const columns = ['id', 'name'];
    expect(await refused(toTable({ columns }, { table: 'strict' }))).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"country" is NOT NULL/),
      expect.stringMatching(/^COLUMN_MISSING .*"code" is NOT NULL/),
    ]);
    await only(toTable({ columns }, { table: 'strict' }, { write: 'update' }));
  });

  it('never writes a generated column', async () => {
    const people = { table: 'people', columns: { id: null, mail: null, copy: 'mail' } };
    expect(await refused(toTable(people, { table: 'people' }))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*"copy" is generated/),
    ]);
  });

  it('refuses a target that is its own source, whatever the databases are called', async () => {
    expect(await refused(toTable({}, { database: 'alias' }))).toEqual([
      expect.stringMatching(/^SAME_SOURCE_AND_TARGET/),
    ]);
    expect(
      await refused({
        name: 'part',
        source: { database: 'operations', table: 'events_a1' },
        target: { database: 'alias', table: 'events' },
      }),
    ).toEqual([expect.stringMatching(/^SAME_SOURCE_AND_TARGET/)]);
  });

  it('refuses a view or query that reads nothing but its target', async () => {
    const query = { database: 'operations', query: 'select id, name from cities', key: ['id'] };
    const own = [
      { name: 'own-query', source: query, target: { database: 'alias', table: 'cities' } },
      {
        name: 'own-view',
        source: { database: 'operations', table: 'city_view', key: ['id'] },
        target: { database: 'alias', table: 'cities' },
      },
    ];
    expect(await refused(...own)).toEqual([
      expect.stringMatching(/^SAME_SOURCE_AND_TARGET .*"own-query": all that its source reads is its target/),
      expect.stringMatching(/^SAME_SOURCE_AND_TARGET .*"own-view"/),
    ]);
    await only({ name: 'copy', source: query, target: { database: 'system', table: 'cities' } });
  });

  it('refuses a view as target', async () => {
    expect(await refused(toTable({ columns: ['id', 'name'] }, { table: 'city_view' }))).toEqual([
      expect.stringMatching(/^NOT_SUPPORTED .*"city_view" is not a table/),
    ]);
  });

  it('checks policies against the target', async () => {
    const mark = (column: string, value: unknown): object => ({ on_delete: { mark: { column, value } } });
    const people = { table: 'people', columns: ['id', 'mail'] };
    await only(toTable(people, { table: 'people' }, mark('gone', true)));
    expect(await refused(toTable(people, { table: 'people' }, mark('gon', true)))).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"gon"/),
    ]);
    expect(await refused(toTable(people, { table: 'people' }, mark('gone', 'perhaps')))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*on_delete\.mark: invalid input syntax for type boolean: "perhaps"/),
    ]);
    expect(await refused(toTable({}, { update_where: 'target.name = source.nam' }))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*update_where/),
    ]);
    expect(await refused(toTable({}, {}, { mask: ['nam'] }))).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"nam" in source or projection \(mask\)/),
    ]);
    expect(await refused(toTable({}, {}, { inverse_of: 'citis' }))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*inverse_of: there is no other dataset "citis"/),
    ]);
  });

  it('checks values of a map against the type of the target', async () => {
    const population = { map: { 1: 'many' }, else: 0 };
    expect(await refused(toTable({ columns: { id: null, population } }))).toEqual([
      expect.stringMatching(
        /^DATASET_INVALID .*columns\.population\.map: invalid input syntax for type bigint: "many"/,
      ),
    ]);
  });

  it('checks how dependencies tell the keys', async () => {
    const dependency = (keys?: string): object =>
      toCache({}, {}, { depends_on: [{ table: 'people', ...(keys === undefined ? {} : { keys }) }] });
    expect(await refused(dependency('select id from public.people where id = any($keys.idd)'))).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"idd".*depends_on/),
    ]);
    expect(await refused(dependency('select city_id from public.people'))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*name no \$keys/),
    ]);
    expect(await refused(dependency('select city_id, id from public.people where id = any($keys.id)'))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*gives 2 columns, the key has 1/),
    ]);
    expect(await refused(dependency('select nope from public.people where id = any($keys.id)'))).toEqual([
      expect.stringMatching(/^DATASET_INVALID .*column "nope" does not exist/),
    ]);
    await only(dependency('select city_id from public.people where "id" = any($keys."id")'));
  });

  it('warns of tables that a projection reads and nobody watches', async () => {
    const computed = toCache({
      columns: { id: null, people: { sql: '(select count(*) from public.people p where p.city_id = s.id)' } },
    });
    expect((await resolve(computed)).warnings.map(({ text }) => text)).toEqual([
      expect.stringContaining('"public"."people"'),
    ]);
    const covered = { ...computed, depends_on: [{ table: 'people', keys: 'select unnest($keys.city_id)' }] };
    expect((await resolve(covered)).warnings).toEqual([]);
  });

  it('checks Redis templates against the projection and the key', async () => {
    expect(await refused(toCache({}, { hash: 'city:{ident}' }))).toEqual([
      expect.stringMatching(/^COLUMN_MISSING .*"ident" in the projection \(template city:\{ident\}\)/),
    ]);
    expect(await refused(toCache({}, { hash: 'city:{name}' }))).toEqual([
      expect.stringMatching(/^TEMPLATE_INVALID .*has to name the key's columns and no others: \{id\}/),
    ]);
    expect(await refused(toCache({}, { hash: 'city:{id' }))).toEqual([
      expect.stringMatching(/^TEMPLATE_INVALID .*stray/),
    ]);
    expect(await refused(toCache({}, { indexes: [{ zset: 'by-name', score: 'name', member: 'id' }] }))).toEqual([
      expect.stringMatching(/^TYPE_INCOMPATIBLE .*score "name" is text/),
    ]);
    const dated = await only(
      toCache(
        { table: 'people' },
        {
          hash: 'person:{id}',
          indexes: [
            { zset: 'by-age', score: 'born', member: 'id' },
            { set: 'mood:{feeling}', member: 'id' },
          ],
        },
      ),
    );
    expect(dated.target.engine === 'redis' && dated.target.indexes.map(({ score }) => score)).toEqual([
      { column: 'born', epoch: true },
      null,
    ]);
  });

  it('refuses Redis keys that two datasets could both write, also by two names of one server', async () => {
    const other = { ...toCache({}, { database: 'mirror' }), name: 'other' };
    expect(await refused(toCache({}), other)).toEqual([
      expect.stringMatching(/^TEMPLATES_OVERLAP .*"other".*of dataset "cards"/),
    ]);
    expect(await refused(toCache({}, { indexes: [{ set: 'city:all', member: 'id' }] }))).toEqual([
      expect.stringMatching(/^TEMPLATES_OVERLAP .*of the same dataset/),
    ]);
    expect(await refused(toCache({}, { hash: 'astro_sync:{id}' }))).toEqual([
      expect.stringMatching(/^TEMPLATES_OVERLAP .*astro_sync:\*/),
    ]);
  });

  it('masks what shows a masked column, under its own name and any other', async () => {
    const dataset = await only(
      toCache(
        { table: 'people', columns: { id: null, address: 'mail', domain: { sql: "split_part(s.mail, '@', 2)" } } },
        { hash: 'person:{id}' },
        { mask: ['mail'] },
      ),
    );
    expect([...dataset.masked].sort()).toEqual(['address', 'domain', 'mail']);
    expect(dataset.columns.filter(({ masked }) => masked).map(({ name }) => name)).toEqual(['address', 'domain']);
  });

  it('resolves a stream by the fields it names, typed as the target is', async () => {
    const stream = {
      name: 'in',
      source: {
        database: 'cache',
        stream: 'astro_sync:changes',
        entity: 'city',
        key: ['id'],
        columns: { id: null, name: { map: { a: 'b' } }, population: { sql: "nullif(s.people, '')" } },
        where: "s.kind <> 'x'",
      },
      target: { database: 'system', table: 'cities' },
    };
    const dataset = await only(stream);
    expect(dataset.reads).toEqual(['id', 'name', 'kind', 'people']);
    expect(dataset.columns.map(({ name, type }) => [name, type.sql])).toEqual([
      ['population', 'bigint'],
      ['id', 'bigint'],
      ['name', 'character varying(40)'],
    ]);
    expect(await refused({ ...stream, target: { database: 'cache', hash: 'x:{id}' } })).toEqual([
      expect.stringMatching(/^NOT_SUPPORTED/),
    ]);
  });

  it('says for each dataset of a server that is away that it could not connect', async () => {
    const away = await testEnvironment({ operations: 'postgres://nobody@127.0.0.1:1/x', system: targetServer.url });
    const { problems } = await resolveDatasets(away, [
      datasetSchema.parse(toTable({})),
      datasetSchema.parse({ ...toTable({}), name: 'again' }),
    ]);
    expect(problems.map(({ dataset, error }) => [dataset, error.code])).toEqual([
      ['cities', 'CONNECT_FAILED'],
      ['again', 'CONNECT_FAILED'],
    ]);
    await away.close();
  });

  it('gives a fingerprint that changes with the meaning, and with nothing else', async () => {
    const before = (await only(toTable({}))).fingerprint;
    await admin.query('ANALYZE public.cities');
    expect((await only(toTable({}))).fingerprint).toBe(before);
    expect((await only(toTable({}, {}, { description: 'x' }))).fingerprint).toBe(before);
    expect((await only(toTable({ where: 's.id > 0' }))).fingerprint).not.toBe(before);
    await admin.query('ALTER TABLE public.cities ALTER population TYPE smallint');
    expect((await only(toTable({}))).fingerprint).not.toBe(before);
    await admin.query('ALTER TABLE public.cities ALTER population TYPE integer');
  });
});
