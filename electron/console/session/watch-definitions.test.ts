import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchDefinitions } from './watch-definitions';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-watch-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a folder that is made later is seen, and what changes in it from then on', async () => {
  const datasets = join(folder, 'datasets');
  const changed = vi.fn();
  const end = watchDefinitions(datasets, changed);
  mkdirSync(datasets);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), 5000);
  writeFileSync(join(datasets, 'cities.yaml'), '[]');
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2), 5000);
  end();
  writeFileSync(join(datasets, 'more.yaml'), '[]');
  await pause(400);
  expect(changed).toHaveBeenCalledTimes(2);
});
