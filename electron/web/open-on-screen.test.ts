import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openOnScreen } from './open-on-screen';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-screen-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const onLinux = it.runIf(process.platform === 'linux');

onLinux('hands the file over as one word, whatever stands in it', async () => {
  const heard = join(folder, 'heard');
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\nprintf '%s|' "$@" > ${heard}\n`);
  chmodSync(join(folder, 'xdg-open'), 0o755);
  const file = '/data sets/a "b"; $(touch x).yaml';
  expect(await openOnScreen(file, { PATH: `${folder}:/usr/bin:/bin`, DISPLAY: ':0' })).toBe(true);
  await vi.waitFor(() => expect(readFileSync(heard, 'utf8')).toBe(`${file}|`));
});

onLinux('starts nothing where there is no screen, and says where nothing opens it', async () => {
  expect(await openOnScreen('/a.yaml', { PATH: folder })).toBe(false);
  expect(await openOnScreen('/a.yaml', { PATH: join(folder, 'empty'), DISPLAY: ':0' })).toBe(false);
});
