import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { licencesOf, pagePackages } from './licences.mjs';

const checkout = resolve(import.meta.dirname, '..');

test('every package of the bundles is named, with its licence', () => {
  const found = licencesOf(checkout);
  const names = found.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['pg', 'pg-protocol', 'zod', 'react', 'scheduler', 'electron']));
  expect(names).not.toContain('vitest');
  for (const { name, version, licence } of found) {
    expect(version, name).toMatch(/^\d+\.\d+/u);
    expect(licence, name).not.toBe('');
  }
});

test('the packages that the page imports are those that are named', () => {
  const source = join(checkout, 'renderer/src');
  const imported = new Set<string>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/u.test(file) || /\.test\.tsx?$/u.test(file)) continue;
    const code = readFileSync(join(source, file), 'utf8');
    for (const [, name = ''] of code.matchAll(
      /^(?:import|export) (?!type\b)[^;]*?from '([^'.][^']*)'|^import '([^'.][^']*)'/gmu,
    )) {
      const parts = name.split('/');
      if (name !== '') imported.add(parts.slice(0, name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  expect([...imported].sort()).toEqual([...pagePackages].sort());
});
