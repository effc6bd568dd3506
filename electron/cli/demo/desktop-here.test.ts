import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { desktopHere } from './desktop-here';

let checkout: string;
let program: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'astro-sync-desktop-here-'));
  const folder = join(checkout, 'node_modules', 'electron');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'path.txt'), 'electron');
  program = join(folder, 'dist', 'electron');
  writeFileSync(program, '');
});
afterAll(() => {
  rmSync(checkout, { recursive: true, force: true });
});

test('the desktop is here where its binary was fetched and there is a display', () => {
  expect(desktopHere(checkout, { DISPLAY: ':0' }, 'linux')).toBe(program);
  expect(desktopHere(checkout, { WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(program);
  expect(desktopHere(checkout, {}, 'darwin')).toBe(program);
});

test('it is not where there is no display or no binary', () => {
  expect(desktopHere(checkout, { DISPLAY: '' }, 'linux')).toBeNull();
  expect(desktopHere(join(checkout, 'elsewhere'), {}, 'win32')).toBeNull();
  expect(desktopHere(checkout, { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }, 'darwin')).toBeNull();
});
