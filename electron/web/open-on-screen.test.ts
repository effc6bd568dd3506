import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hasScreen, openOnScreen } from './open-on-screen';

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
  expect(await openOnScreen(file, { PATH: `${folder}:/usr/bin:/bin` })).toBe(true);
  await vi.waitFor(() => expect(readFileSync(heard, 'utf8')).toBe(`${file}|`));
});

onLinux('says where nothing opens it, and whether there is a screen', async () => {
  expect(await openOnScreen('/a.yaml', { PATH: join(folder, 'empty') })).toBe(false);
  expect([hasScreen({}), hasScreen({ DISPLAY: ':0' }), hasScreen({ WAYLAND_DISPLAY: 'wayland-0' })]).toEqual([
    false,
    true,
    true,
  ]);
});
