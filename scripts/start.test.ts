import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf, twoLines } from './start.mjs';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-start-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('says in two lines why there is no desktop, and names the console in a browser', () => {
  const lines = twoLines('no display').split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('no display');
  expect(lines[1]).toContain('astro-sync console');
});

test('finds the reason in what a program wrote', () => {
  const stack = 'Error: getaddrinfo ENOTFOUND github.com\n    at lookup (node:dns:1)\n{\n}\n\nNode.js v20.20.2\n';
  expect(reasonOf(stack)).toBe('getaddrinfo ENOTFOUND github.com');
  expect(
    reasonOf('[1:2/3.4:ERROR:x.cc(5)] Missing X server or $DISPLAY\n[1] The platform failed to initialize.'),
  ).toMatch(/Missing X server/u);
  expect(reasonOf('')).toBe('it ended without a word');
});

test.skipIf(process.platform === 'win32')('tells of a binary that does not start', () => {
  const binary = join(folder, 'electron');
  writeFileSync(
    binary,
    '#!/bin/sh\necho "electron: error while loading shared libraries: libgtk-3.so.0" >&2\nexit 127\n',
  );
  chmodSync(binary, 0o755);
  const { status, stderr } = spawnSync(process.execPath, [resolve(import.meta.dirname, 'start.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder },
  });
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringContaining('libgtk-3.so.0'),
    expect.stringContaining('astro-sync console'),
  ]);
});
