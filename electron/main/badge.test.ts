import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { NativeImage } from 'electron';
import { expect, test } from 'vitest';
import { badgeOf } from './badge';

const icons = resolve(import.meta.dirname, '../../resources/icons');

function bench(platform: NodeJS.Platform) {
  const counts: number[] = [];
  const overlays: [string | null, string][] = [];
  const show = badgeOf({
    platform,
    app: { setBadgeCount: (count = 0) => counts.push(count) > 0 },
    icons,
    image: (path) => path as unknown as NativeImage,
    overlay: (image, words) => {
      overlays.push([image as string | null, words]);
    },
  });
  return { show, counts, overlays };
}

test.each(['darwin', 'linux'] as const)('the icon counts what is unread on %s', (platform) => {
  const { show, counts, overlays } = bench(platform);
  for (const unread of [2, 0]) show(unread);
  expect({ counts, overlays }).toEqual({ counts: [2, 0], overlays: [] });
});

test('the taskbar of Windows shows the number, 9+ above that, and nothing where all is read', () => {
  const { show, counts, overlays } = bench('win32');
  for (const unread of [1, 9, 10, 0]) show(unread);
  expect(counts).toEqual([]);
  expect(overlays.map(([path, words]) => [path === null ? null : basename(path), words])).toEqual([
    ['badge-1.png', '1 unread alert'],
    ['badge-9.png', '9 unread alerts'],
    ['badge-more.png', '10 unread alerts'],
    [null, ''],
  ]);
});

test('every badge is there', () => {
  const { show, overlays } = bench('win32');
  for (let unread = 1; unread <= 10; unread += 1) show(unread);
  for (const [path] of overlays) expect(existsSync(path!), path!).toBe(true);
});
