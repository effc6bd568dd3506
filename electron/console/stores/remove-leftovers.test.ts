import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeLeftovers } from './remove-leftovers';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'astro-sync-leftovers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function make(folder: string, name: string, ageMinutes: number): void {
  writeFileSync(join(folder, name), '{}');
  const at = Date.now() / 1000 - ageMinutes * 60;
  utimesSync(join(folder, name), at, at);
}

it('takes away what a console left that was killed while saving, and nothing else', () => {
  const folder = newFolder();
  const stays = [
    'profiles.json',
    'other.json.tmp-1234567890abcdef',
    'profiles.json.tmp-mine',
    'profiles.damaged-1.json',
  ];
  for (const name of [...stays, 'profiles.json.tmp-1234567890abcdef', 'alerts.json.tmp-1234567890000000'])
    make(folder, name, 60);
  make(folder, 'settings.json.tmp-1234567890abcdef', 1);
  removeLeftovers(folder);
  expect(readdirSync(folder).sort()).toEqual([...stays, 'settings.json.tmp-1234567890abcdef'].sort());
  removeLeftovers(join(folder, 'not-there'));
});

it('knows what a writer leaves that is killed in the middle', async () => {
  const folder = newFolder();
  // The library's own writer, stopped before it renames what it wrote.
  const writer = `
    import fs from 'node:fs';
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    fs.rename = fs.renameSync;
    const { default: Conf } = await import('conf');
    new Conf({ cwd: ${JSON.stringify(folder)}, configName: 'profiles', projectName: 'x' }).store = { a: 1 };`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer], { cwd: process.cwd() });
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  const left = readdirSync(folder);
  expect(left).toHaveLength(1);
  make(folder, left[0]!, 60);
  removeLeftovers(folder);
  expect(readdirSync(folder)).toEqual([]);
});
