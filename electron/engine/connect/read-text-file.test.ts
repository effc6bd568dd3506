import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inGoodTime } from './in-good-time';
import { readTextFile } from './read-text-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('reads what is written, and refuses what is no text', async () => {
  await writeFile(join(folder, 'a.yaml'), 'größer');
  expect(await readTextFile(join(folder, 'a.yaml'))).toBe('größer');
  await writeFile(join(folder, 'b.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
  await expect(readTextFile(join(folder, 'b.yaml'))).rejects.toThrow('cannot be read as UTF-8 text');
  await expect(readTextFile(join(folder, 'none'))).rejects.toThrow('there is no such file');
  await expect(readTextFile(folder)).rejects.toThrow('is a folder');
});

it('waits neither for a pipe nor for a device, and takes of no file more than a definition holds', async () => {
  const pipe = join(folder, 'pipe.yaml');
  execFileSync('mkfifo', [pipe]);
  await expect(readTextFile(pipe)).rejects.toThrow('is no file');
  await expect(readTextFile('/dev/zero')).rejects.toThrow('is no file');
  await writeFile(join(folder, 'large.yaml'), '');
  await truncate(join(folder, 'large.yaml'), 5_000_001);
  await expect(readTextFile(join(folder, 'large.yaml'))).rejects.toThrow('larger than 5 MB');
});

it('does not wait for a file system that never answers', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(inGoodTime(never, () => new Error('does not answer'), 20)).rejects.toThrow('does not answer');
});
