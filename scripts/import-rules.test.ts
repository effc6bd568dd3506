import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import rules from '../.dependency-cruiser.js';

const checkout = resolve(import.meta.dirname, '..');
let tree: string;

const neighbours = [
  'shared/words.ts',
  'electron/engine/run.ts',
  'electron/engine/connect/postgres.ts',
  'electron/engine/run/driver.ts',
  'electron/engine/run/run.ts',
  'electron/sandbox/servers.ts',
  'electron/cli/print.ts',
  'electron/web/serve.ts',
  'electron/main/tray.ts',
  'electron/preload/bridge.ts',
  'renderer/src/view.ts',
  'renderer/src/view.test.ts',
];

beforeAll(async () => {
  tree = await realpath(await mkdtemp(join(tmpdir(), 'astro-sync-imports-')));
  await symlink(join(checkout, 'node_modules'), join(tree, 'node_modules'));
  for (const file of ['package.json', 'tsconfig.base.json']) await copyFile(join(checkout, file), join(tree, file));
  for (const file of neighbours) await write(file, 'export const here = true;\n');
});

afterAll(() => rm(tree, { recursive: true, force: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), text);
}

/** Names of the rules that one import in one file of the tree breaks. */
async function broken(file: string, specifier: string, statement = 'import * as it'): Promise<string[]> {
  await write(file, `${statement} from '${specifier}';\nexport type It = typeof it;\n`);
  const { output } = await cruise([file], { ...rules.options, baseDir: tree, validate: true, ruleSet: rules });
  if (typeof output === 'string') throw new Error('expected a result, not a printed report');
  return output.summary.violations.map((violation) => violation.rule.name);
}

test.each([
  ['shared/bad.ts', 'pg', 'shared-imports-zod-only'],
  ['shared/bad.ts', 'node:fs', 'shared-imports-zod-only'],
  ['shared/bad.ts', '../electron/engine/run', 'shared-imports-zod-only'],
  ['electron/engine/bad.ts', '../cli/print', 'engine-knows-no-host'],
  ['electron/engine/bad.ts', '../main/tray', 'engine-knows-no-host'],
  ['electron/engine/bad.ts', '../sandbox/servers', 'engine-knows-no-host'],
  ['electron/engine/bad.ts', 'electron', 'engine-without-electron'],
  ['electron/engine/bad.ts', 'commander', 'engine-needs-little'],
  ['electron/engine/apply/bad.ts', '../run/run', 'stage-apply-looks-back'],
  ['electron/engine/connect/bad.ts', '../run/run', 'stage-connect-looks-back'],
  ['electron/sandbox/bad.ts', '../cli/print', 'sandbox-knows-no-host'],
  ['electron/sandbox/bad.ts', 'electron', 'sandbox-without-electron'],
  ['electron/cli/bad.ts', '../main/tray', 'terminal-knows-no-other-host'],
  ['electron/cli/bad.ts', 'electron', 'terminal-without-electron'],
  ['electron/web/bad.ts', '../cli/print', 'web-knows-no-other-host'],
  ['electron/web/bad.ts', 'electron', 'web-without-electron'],
  ['electron/main/bad.ts', '../sandbox/servers', 'desktop-knows-no-other-host'],
  ['electron/preload/bad.ts', '../engine/run', 'preload-stands-alone'],
  ['electron/preload/bad.ts', 'node:fs', 'preload-stands-alone'],
  ['renderer/src/bad.ts', '../../electron/engine/run', 'page-imports-shared-only'],
  ['renderer/src/bad.ts', 'node:path', 'page-without-node'],
  ['renderer/src/bad.ts', 'electron', 'page-without-electron'],
  ['renderer/src/bad.ts', 'ioredis', 'page-without-data-libraries'],
  ['renderer/src/bad.ts', './view.test', 'not-to-test'],
  ['renderer/src/bad.ts', './missing', 'not-to-unresolvable'],
  ['electron/cli/bad.ts', 'esquery', 'not-to-undeclared'],
])('%s may not import %s (%s)', async (file, specifier, rule) => {
  expect(await broken(file, specifier)).toContain(rule);
});

test('a circle of imports is refused, but for types that refer to each other', async () => {
  await write('electron/cli/second.ts', "import { first } from './first';\nexport const second = first;\n");
  expect(await broken('electron/cli/first.ts', './second')).toContain('no-circular');
  expect(await broken('electron/cli/first.ts', './second', 'import type * as it')).toEqual([]);
});

test('an import of a type alone is held to the same rules', async () => {
  expect(await broken('renderer/src/bad.ts', '../../electron/engine/run', 'import type * as it')).toEqual([
    'page-imports-shared-only',
  ]);
});

test.each([
  ['shared/good.ts', 'zod'],
  ['shared/good.ts', './words'],
  ['electron/engine/good.ts', 'pg'],
  ['electron/engine/good.ts', 'ioredis'],
  ['electron/engine/good.ts', 'pg-copy-streams'],
  ['electron/engine/good.ts', 'yaml'],
  ['electron/engine/good.ts', 'node:stream'],
  ['electron/engine/good.ts', '../../shared/words'],
  ['electron/engine/apply/good.ts', '../connect/postgres'],
  ['electron/engine/apply/good.ts', '../run/driver'],
  ['electron/sandbox/good.ts', '../engine/run'],
  ['electron/cli/good.ts', '../engine/run'],
  ['electron/cli/good.ts', '../sandbox/servers'],
  ['electron/main/good.ts', 'electron'],
  ['electron/main/good.ts', '../engine/run'],
  ['electron/preload/good.ts', 'electron'],
  ['electron/preload/good.ts', '../../shared/words'],
  ['renderer/src/good.ts', 'react'],
  ['renderer/src/good.ts', '../../shared/words'],
])('%s may import %s', async (file, specifier) => {
  expect(await broken(file, specifier)).toEqual([]);
});
