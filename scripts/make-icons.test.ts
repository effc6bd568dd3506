import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../resources/icons');
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** Width of a PNG, from its IHDR. */
function width(png: Buffer): number {
  expect(png.subarray(0, 4)).toEqual(pngHead);
  return png.readUInt32BE(16);
}

test.each([
  ['icon.png', 512],
  ['tray.png', 16],
  ['tray@2x.png', 32],
  ['tray-alert.png', 16],
  ['tray-alert@2x.png', 32],
  ['badge-1.png', 32],
  ['badge-more.png', 32],
])('%s is a PNG of %i pixels', (name, size) => {
  expect(width(readFileSync(join(folder, name)))).toBe(size);
});

test('icon.ico holds the sizes that Windows asks for', () => {
  const file = readFileSync(join(folder, 'icon.ico'));
  const sizes = Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const at = 6 + index * 16;
    const length = file.readUInt32LE(at + 8);
    const offset = file.readUInt32LE(at + 12);
    return width(file.subarray(offset, offset + length));
  });
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
});

test('icon.icns holds the sizes that macOS asks for', () => {
  const file = readFileSync(join(folder, 'icon.icns'));
  expect(file.readUInt32BE(4)).toBe(file.length);
  const entries: Record<string, number> = {};
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    entries[file.toString('latin1', at, at + 4)] = width(file.subarray(at + 8));
  }
  expect(entries).toEqual({ icp4: 16, icp5: 32, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 });
});
