import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  await pause(100);
  mkdirSync(datasets);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), 5000);
  writeFileSync(join(datasets, 'cities.yaml'), '[]');
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2), 5000);
  end();
  writeFileSync(join(datasets, 'more.yaml'), '[]');
  await pause(1200);
  expect(changed).toHaveBeenCalledTimes(2);
});

test('a folder that was away for a moment is followed again', async () => {
  const datasets = join(folder, 'datasets');
  mkdirSync(datasets);
  writeFileSync(join(datasets, 'cities.yaml'), '[]');
  const changed = vi.fn();
  const end = watchDefinitions(datasets, changed);
  await pause(600);
  renameSync(datasets, `${datasets}-away`);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), 5000);
  renameSync(`${datasets}-away`, datasets);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2), 5000);
  writeFileSync(join(datasets, 'more.yaml'), '[]');
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(3), 5000);
  end();
});
