import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../errors';
import { loadDatasets, originOf, readDatasets } from './load';

const smallest = `
- name: cities
  source: { database: operations, table: public.cities }
  target: { database: system, table: public.cities }
- name: odd-names
  source: { database: operations, table: '"My Schema"."Täble"' }      # as SQL writes it; unquoted folds to lower case; no schema means public
  target: { database: system, table: '"My Schema"."Täble"' }
- name: city-cards
  source: { database: operations, table: public.cities, key: [id], columns: [id, name, population] }
  target: { database: cache, hash: "city:{id}", indexes: [ { zset: "cities-by-size", score: population, member: id }, { string: "city-name:{name}", value: id } ] }
`;

describe('loading dataset definitions', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'astro-datasets-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }
  async function refused(path: string): Promise<string> {
    const error: unknown = await loadDatasets(path).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SyncError);
    const { code, message } = error as SyncError;
    expect(code).toBe('DATASET_INVALID');
    return message.replaceAll(folder, '');
  }
  const one = (name: string): string =>
    `name: ${name}\nsource: { database: a, table: t }\ntarget: { database: b, table: t }\n`;

  it('reads the smallest definitions, and knows where each stands', async () => {
    const file = await write('all.yaml', smallest);
    const found = await loadDatasets(file);
    expect(found.map(({ name }) => name)).toEqual(['cities', 'odd-names', 'city-cards']);
    expect(found.map(originOf)).toEqual([2, 5, 8].map((line) => ({ file, line })));
    expect(found[0]).toMatchObject({ on_delete: 'delete', write: 'upsert', capture: 'values', guard: false });
  });

  it('reads what is right beside what is wrong, and says what that is', async () => {
    await write('a.yaml', one('cities'));
    await write('b.yaml', `- name: UPPER\n- ${one('towns').trimEnd().replaceAll('\n', '\n  ')}\n`);
    await write('c.yaml', 'name: [');
    await write('d.yaml', one('cities'));
    const { definitions, problems } = await readDatasets(folder);
    expect(definitions.map(({ name }) => name)).toEqual(['cities', 'towns']);
    expect(problems.map(({ message }) => message.replaceAll(folder, '').split(':')[0])).toEqual([
      '/b.yaml',
      '/c.yaml',
      '/d.yaml',
    ]);
    expect((await readDatasets(join(folder, 'none'))).problems).toMatchObject([{ code: 'DATASET_INVALID' }]);
  });

  it('reads one, a list or { datasets } from every file below a folder, by name, YAML and JSON alike', async () => {
    await write('b.yml', one('second'));
    await write(
      'a.json',
      JSON.stringify({
        $schema: './dataset.schema.json',
        datasets: [{ name: 'first', source: { database: 'a', table: 't' }, target: { database: 'b', table: 't' } }],
      }),
    );
    await write('sub/c.yaml', `- ${one('third').replaceAll('\n', '\n  ')}`);
    await write('README.md', 'no definition');
    await write('.hidden.yaml', 'neither: this');
    await write('empty.yaml', '# nothing yet\n');
    expect((await loadDatasets(folder)).map(({ name }) => name)).toEqual(['first', 'second', 'third']);
  });

  it('names file, line, path and what was expected', async () => {
    const errors = [
      [
        'name: Cities\nsource: { database: a, table: t }\ntarget: { database: b, table: t }\n',
        '/x.yaml:1: name: expected a name of lower-case letters',
      ],
      [
        '- name: c\n  sorce: { database: a, table: t }\n  target: { database: b, table: t }\n',
        '/x.yaml:2: [0].sorce: unknown property; did you mean source?',
      ],
      [
        'name: c\nsource: { database: a, tabel: t }\ntarget: { database: b, table: t }\n',
        '/x.yaml:2: source.tabel: unknown property; did you mean table?',
      ],
      [
        'name: c\nsource: { database: a }\ntarget: { database: b, table: t }\n',
        '/x.yaml:2: source.table: missing; expected text',
      ],
      [
        'name: c\nsource: { database: a, query: select 1 as id }\ntarget: { database: b, set: "x" }\n',
        '/x.yaml:3: target.',
      ],
      [
        'name: c\nsource:\n  database: a\n  table: t\n  columns:\n    id:\n    name: { form: x }\ntarget: { database: b, table: t }\n',
        '/x.yaml:7: source.columns.name.form: unknown property; did you mean from?',
      ],
      [
        'name: c\nsource: { database: a, table: t, columns: [] }\ntarget: { database: b, table: t }\n',
        '/x.yaml:2: source.columns: ',
      ],
      [
        'name: c\nsource: { database: a, table: t }\ntarget: { database: b, hash: "x:{id}", ttl: soon }\n',
        '/x.yaml:3: target.ttl: expected a number, found text',
      ],
      [
        'name: c\nsource: { database: a, table: t }\ntarget: { database: b, hash: "x:{id}", indexes: [ { zset: z, member: id } ] }\n',
        '/x.yaml:3: target.indexes[0].score: missing',
      ],
      [
        'name: c\nsource: { database: a, table: t }\ntarget: { database: b, table: t }\non_delete: remove\n',
        '/x.yaml:4: on_delete: expected "delete" or "keep"',
      ],
      [
        'name: c\nsource: { database: a, table: t }\ntarget: { database: b, table: t }\nwrite: [insert]\n',
        '/x.yaml:4: write: expected "insert" or "update" or "upsert", found a list',
      ],
      [
        'name: c\nsource: { database: a, table: t }\ntarget: { database: b, table: t, hash: "x:{id}" }\n',
        '/x.yaml:3: target.hash: does not go with the other properties here',
      ],
      ['datasets: 5\n', '/x.yaml:1: datasets: expected a list'],
      ['datasets: []\nversion: 1\n', '/x.yaml:2: version: unknown property; expected only datasets here'],
      ['just text\n', '/x.yaml:1: expected a group of properties, found text'],
      ['name: c\n\tsource: x\n', '/x.yaml:2: Tabs are not allowed as indentation'],
    ] as const;
    for (const [text, expected] of errors) expect(await refused(await write('x.yaml', text)), text).toContain(expected);
  });

  it('reads nothing more where more is defined than anybody keeps in line, and says so once', async () => {
    await write('a.yaml', smallest);
    await write('b.yaml', '- name: q\n'.repeat(2_000));
    await write('c.yaml', '- name: q\n');
    const { definitions, problems } = await readDatasets(folder);
    expect(definitions).toHaveLength(3);
    expect(problems.map(({ message }) => message)).toEqual([
      `${join(folder, 'b.yaml')}: more than 2,000 datasets are defined up to here`,
    ]);
  });

  it('refuses a name given twice, with both places', async () => {
    await write('a.yaml', one('twice'));
    await write('b.yaml', `# other\n${one('twice')}`);
    expect(await refused(folder)).toBe('/b.yaml:2: dataset "twice" is already defined in /a.yaml:1');
  });

  it('says where nothing is', async () => {
    expect(await refused(join(folder, 'nowhere'))).toBe('/nowhere: there is no such file or folder');
    expect(await refused(folder)).toBe(': holds no dataset');
  });

  it('keeps the digits of mapped values as they are written', async () => {
    const file = await write(
      'x.yaml',
      `name: c\nsource:\n  database: a\n  table: t\n  columns:\n    id:\n    v: { map: { 1: 1.10, 2.50: 12345678901234567890, yes: true, no: ~ }, else: 0.0 }\ntarget: { database: b, table: t }\non_delete: { mark: { column: gone, value: 1.00 } }\nbatch: 100\n`,
    );
    const [definition] = await loadDatasets(file);
    expect(definition?.source.columns).toEqual({
      id: null,
      v: { map: { '1': '1.10', '2.50': '12345678901234567890', yes: 'true', no: null }, else: '0.0' },
    });
    expect(definition?.on_delete).toEqual({ mark: { column: 'gone', value: '1.00', clear: null } });
    expect(definition?.batch).toBe(100);
  });
});
