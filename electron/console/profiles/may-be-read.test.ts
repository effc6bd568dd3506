import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cities, openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { draftWith } from '../testing/drafts';
import type { NewFolder } from './assert-may-read';

let bench: ConsoleBench;
let asked: NewFolder[] = [];
let answer = false;
let started = '';
const at = (name: string): string => join(bench.dataFolder, name);

beforeAll(async () => {
  const definitionFolders: string[] = [];
  bench = await openConsoleBench({
    facilities: {
      definitionFolders,
      mayBeRead(folder) {
        asked.push(folder);
        return Promise.resolve(answer);
      },
    },
  });
  started = at('started');
  definitionFolders.push(started);
  const folders = [
    'started/.below',
    'empty',
    'mine/deep',
    'mixed',
    'logins',
    '.config/gh',
    'only-pictures',
    'git/.git',
  ];
  for (const folder of folders) await mkdir(at(folder), { recursive: true });
  const definition = JSON.stringify([cities]);
  const login = 'git.example:\n  token: x\n';
  await writeFile(at('started/.below/login.yml'), login);
  await writeFile(at('mine/a.yaml'), definition);
  await writeFile(at('mine/README.md'), '');
  await writeFile(at('mine/deep/b.json'), `${definition}]`.replace('operations', 'source: { database:'));
  await writeFile(at('mixed/a.yaml'), definition);
  await writeFile(at('mixed/login.yml'), login);
  await writeFile(at('logins/login.yml'), login);
  await writeFile(at('.config/gh/a.yaml'), definition);
  await writeFile(at('only-pictures/one.png'), '');
  await symlink(at('.config/gh'), at('link'));
  await symlink('/proc/self', at('self'));
});
beforeEach(() => {
  [asked, answer] = [[], false];
});
afterAll(() => bench.close());

let created = 0;
const create = (datasets: string) => {
  created += 1;
  return bench.call('profiles.create', {
    draft: draftWith({ name: `e${String(created)}`, datasets }),
    secrets: {},
    insist: false,
  });
};

it.each(['not/there/yet', 'empty', 'mine', 'mine/a.yaml', 'git', 'started', 'started/.below'])(
  'a page may name %s, and nobody is asked',
  async (name) => {
    await create(at(name));
    expect(asked).toEqual([]);
  },
);

it.each([
  ['mixed', 'holds YAML or JSON files that are no dataset definitions'],
  ['logins', 'holds YAML or JSON files'],
  ['logins/login.yml', 'holds YAML or JSON files'],
  ['.config/gh', 'lies in a hidden folder'],
  ['.config/new', 'lies in a hidden folder'],
  ['link', 'lies in a hidden folder'],
  ['only-pictures', 'holds other things, and no dataset definition yet'],
  ['only-pictures/one.png', 'cannot be looked through'],
  ['self', 'is a place of the system'],
  ['started/../logins', 'holds YAML or JSON files'],
])('a page alone cannot have %s read: it %s', async (name, why) => {
  const path = join(bench.dataFolder, name);
  const datasets = `${bench.dataFolder}/${name}`;
  const draft = draftWith({ name: 'x', datasets });
  const text = JSON.stringify({ kind: 'astro-sync-profiles', version: 1, profiles: [draft] });
  const { profile } = await create(at('empty'));
  const tries = [
    () => create(datasets),
    () => bench.call('profiles.update', { id: profile.id, was: null, draft, secrets: {}, insist: false }),
    () => bench.call('profiles.test', { id: null, draft, secrets: {} }),
    () => bench.call('profiles.import', { text, trust: true }),
  ];
  for (const attempt of tries) await expect(attempt()).rejects.toThrow(`PROFILE_INVALID: datasets: ${path} ${why}`);
  expect(asked).toHaveLength(4);
  expect((await bench.call('profiles.list', {})).profiles.map((each) => each.profile.datasets)).not.toContain(datasets);
});

it('what the host admits is read, and what is saved is not asked about again; what is beside it is', async () => {
  answer = true;
  await create(at('mixed'));
  answer = false;
  await create(at('mixed'));
  expect(asked).toEqual([
    { environment: expect.any(String) as string, path: at('mixed'), why: expect.any(String) as string },
  ]);
  await expect(create(at('logins'))).rejects.toThrow('PROFILE_INVALID');
});

it.each(['\\\\server\\share\\x.yaml', '//server/share', '/\\server\\share'])(
  'another computer is not looked at: %s',
  async (path) => {
    await expect(create(path)).rejects.toThrow('PROFILE_INVALID: datasets: the whole path');
    expect(asked).toEqual([]);
  },
);
