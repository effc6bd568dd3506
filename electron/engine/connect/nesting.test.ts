import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tooDeepAt } from './nesting';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-nesting-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['lists in lists', '['.repeat(300), 1],
  ['groups in groups', '{"a":'.repeat(300), 1],
  ['dashes', '- '.repeat(300), 1],
  ['question marks', '? '.repeat(300), 1],
  ['what is indented', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 200],
  ['what closes in text alone', `- name: x\n- ${'["]", '.repeat(300)}`, 2],
])('finds the line at which %s are too many', (_what, text, line) => {
  expect(Math.abs((tooDeepAt(text) ?? 0) - line)).toBeLessThanOrEqual(3);
});

it.each([
  ['brackets in texts', `- where: "${'['.repeat(1000)}"\n- |\n  ${'{ '.repeat(1000)}\n# ${'- '.repeat(1000)}`],
  ['many beside each other', '- [a, {b: [c]}]\n'.repeat(1000)],
  ['twenty levels', '['.repeat(20)],
])('takes %s', (_what, text) => {
  expect(tooDeepAt(text)).toBe(null);
});

it('files that would exhaust the stack are told of like any other that is wrong, and do not end the program', async () => {
  // In a process of its own: this would take the test with it.
  const reader = `import { readDatasets } from ${JSON.stringify(join(import.meta.dirname, '../dataset/load.ts'))};
    const { problems, definitions } = await readDatasets(process.argv[2]);
    console.log(JSON.stringify([definitions.length, ...problems.map(({ code, message }) => code + ' ' + message)]));`;
  await writeFile(join(folder, 'reader.ts'), reader);
  await build({
    logLevel: 'silent',
    configFile: false,
    ssr: { noExternal: true },
    build: { ssr: join(folder, 'reader.ts'), outDir: join(folder, 'out'), target: 'node20' },
  });
  const hostile = ['['.repeat(100_000), `${'- '.repeat(50_000)}x`, '{"a":'.repeat(50_000), '- a\n'.repeat(20)];
  const names = ['a.yaml', 'b.yaml', 'c.json', 'd.yaml'];
  for (const [at, text] of hostile.entries()) await writeFile(join(folder, names[at]!), text);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'out/reader.js'), folder]);
  const [count, ...told] = JSON.parse(stdout) as [number, ...string[]];
  expect(count).toBe(0);
  for (const name of names.slice(0, 3))
    expect(told).toContain(
      `DATASET_INVALID ${join(folder, name)}:1: nested deeper than a definition is; expected a few levels`,
    );
});
