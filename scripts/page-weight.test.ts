import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const assets = resolve(import.meta.dirname, '../out/renderer/assets');

/** What all scripts of the built page weigh on their way, in kB; views that come later are counted too. */
const limit = 300;

test('all scripts of the page weigh at most 300 kB, compressed', () => {
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  expect(scripts.length, 'npm run build comes first').toBeGreaterThan(0);
  const weights = scripts.map((name) => gzipSync(readFileSync(join(assets, name))).length / 1000);
  expect(weights.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(limit);
});
