import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cities, openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await openConsoleBench();
  await bench.console.open(bench.opening());
});

afterAll(() => bench.close());

describe('definitions of datasets', () => {
  it('are read again when their file changes, and it is said what is wrong at which line', async () => {
    const session = async () => (await bench.call('session.current', {})).session;
    await writeFile(bench.datasets, '- name: cities\n  source: { database: operations, table: cities }\n  taget: {}\n');
    await expect.poll(async () => (await session())?.definitions.errors.map(({ line }) => line)).toContain(3);
    expect((await session())?.definitions.errors[0]).toMatchObject({
      file: bench.datasets,
      message: expect.any(String),
    });
    // Its text can be read, and that of no other file.
    expect((await bench.call('datasets.file', { file: bench.datasets })).text).toContain('taget');
    expect(await bench.call('datasets.edit', { file: bench.datasets })).toEqual({ file: bench.datasets, opened: true });
    for (const method of ['datasets.file', 'datasets.edit'] as const) {
      await expect(bench.call(method, { file: '/etc/passwd' })).rejects.toThrow('FILE_UNKNOWN');
    }

    // What is right is not held up by what is not.
    await writeFile(bench.datasets, JSON.stringify([cities, { ...cities, name: 'Bad' }, cities]));
    await expect.poll(async () => (await session())?.datasets).toEqual(['cities']);
    expect((await session())?.definitions.errors).toMatchObject([
      { path: expect.stringContaining('name') },
      { path: 'name' },
    ]);

    await writeFile(bench.datasets, JSON.stringify([cities, { ...cities, name: 'towns' }]));
    await expect.poll(session).toMatchObject({ datasets: ['cities', 'towns'], definitions: { errors: [] } });
  });

  it('of a folder that holds something else tell nothing of its text, whatever is asked for it', async () => {
    const opened: string[] = [];
    const openPath = (file: string) => Promise.resolve(opened.push(file) > 0);
    const other = await openConsoleBench({ facilities: { openPath } });
    const at = (name: string): string => join(other.dataFolder, 'private', name);
    const canary = 'CANARY';
    try {
      await mkdir(at('.'));
      await writeFile(at('login.yml'), `git.example:\n  user: olga\n  token: ${canary}\n`);
      await writeFile(at('broken.yaml'), `${canary}: [\n  &${canary} x\n *${canary}`);
      await writeFile(at('twice.json'), `{"${canary}": 1, "${canary}": 2}`);
      await writeFile(at('list.yaml'), `- ${canary}\n- ${canary}: ${canary}\n`);
      await writeFile(at('key'), `-----BEGIN ${canary}-----`);
      await symlink(at('key'), at('link.yaml'));
      await writeFile(at('half.yaml'), '- name: cities\n  source: { database: operations, table: cities }\n');
      for (const datasets of ['.', 'key', 'link.yaml'].map(at)) {
        await other.console.open({ ...other.opening(), request: { ...other.opening().request, datasets } });
        const { session } = await other.call('session.current', {});
        const { errors } = session!.definitions;
        expect(errors).not.toEqual([]);
        expect(JSON.stringify(errors)).not.toContain(canary);
        for (const { file } of errors) {
          for (const method of ['datasets.file', 'datasets.edit'] as const) {
            const answer = other.call(method, { file });
            if (file === at('half.yaml')) expect(await answer).toMatchObject({ file });
            else await expect(answer).rejects.toThrow('FILE_UNKNOWN');
          }
        }
      }
      expect(opened).toEqual([at('half.yaml')]);
    } finally {
      await other.close();
    }
  });

  it('that were discovered are added as a new file, never over another', async () => {
    const { text } = await bench.call('datasets.discover', { source: 'operations', target: 'system', schema: null });
    expect(text).toContain('cities');
    await expect(bench.call('datasets.add', { file: 'datasets.yaml', text })).rejects.toThrow('FILE_EXISTS');
    await expect(bench.call('datasets.add', { file: 'again.yaml', text })).rejects.toThrow(
      /"cities" is defined already/u,
    );
    await expect(bench.call('datasets.add', { file: '../x.yaml', text })).rejects.toThrow('INPUT_INVALID');
    await expect(bench.call('datasets.add', { file: 'bad.yaml', text: '- name: 1' })).rejects.toThrow(
      'DATASET_INVALID',
    );
    expect(await readdir(bench.dataFolder)).not.toContain('bad.yaml');
  });

  it('of two files that come at the same time and define the same are those of one', async () => {
    const folder = await openConsoleBench();
    const datasets = join(folder.dataFolder, 'definitions');
    try {
      await folder.console.open({ ...folder.opening(), request: { ...folder.opening().request, datasets } });
      const text = JSON.stringify([cities]);
      const add = (file: string) => folder.call('datasets.add', { file, text });
      const both = await Promise.allSettled([add('one.yaml'), add('other.yaml')]);
      expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(await readdir(datasets)).toEqual(['one.yaml']);
    } finally {
      await folder.close();
    }
  });
});
