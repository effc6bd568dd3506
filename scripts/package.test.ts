import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packagedModules } from '../electron-builder.config.mjs';

const checkout = resolve(import.meta.dirname, '..');
const megabyte = 1_000_000;

/** By what a fuse is found in the binary of Electron; then version, count and one character each. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** As the wire writes them: the characters 1 and 0. */
const on = 49;
const off = 48;

let folder: string;
let unpacked: string;
let archive: string;
let files: string[];

/** A distribution of Electron with nothing in it that runs: what is packed does not depend on it. */
function dummyDistribution(path: string): void {
  mkdirSync(join(path, 'locales'), { recursive: true });
  mkdirSync(join(path, 'resources'));
  const fuses = Buffer.from([1, 8, ...Buffer.from('1'.repeat(8))]);
  writeFileSync(join(path, 'electron'), Buffer.concat([Buffer.from(fuseSentinel), fuses]), { mode: 0o755 });
  for (const name of ['LICENSE', 'version', 'locales/en-US.pak']) writeFileSync(join(path, name), '');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-package-'));
  unpacked = join(folder, 'dist', 'linux-unpacked');
  archive = join(unpacked, 'resources', 'app.asar');
  dummyDistribution(join(folder, 'electron'));
  const words = [
    join(checkout, 'node_modules/electron-builder/cli.js'),
    ...['--config', 'electron-builder.config.mjs', '--linux', '--x64', '--dir'],
    `-c.electronDist=${join(folder, 'electron')}`,
    `-c.directories.output=${join(folder, 'dist')}`,
  ];
  const env = { ...process.env, ASTRO_SYNC_UPDATE_URL: 'https://updates.example.org/' };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: checkout, encoding: 'utf8', env });
  if (status !== 0) throw new Error(stdout + stderr);
  const paths = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  files = paths.filter((path) => !folders.has(path));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('holds the built program, what ships with it, the packages that it needs, and nothing else', () => {
  const allowed = [
    /^package\.json$/u,
    /^out\/main\/((index|engine-worker)\.js|licences\.json)$/u,
    /^out\/main\/chunks\/[\w.-]+\.js$/u,
    /^out\/preload\/index\.cjs$/u,
    /^out\/renderer\/(index\.html|icon\.svg|assets\/[\w.-]+\.(js|css|svg|woff2|png))$/u,
    /^resources\/icons\/(icon\.(svg|png)|tray(-alert)?(@2x)?\.png|badge-(\d|more)\.png)$/u,
    /^resources\/[\w-]+\.schema\.json$/u,
    /^resources\/datasets\/[\w/-]+\.yaml$/u,
    ...packagedModules().map(
      (name) => new RegExp(`^(.*/)?node_modules/${name.replaceAll('.', '\\.')}/(?!node_modules/)`, 'u'),
    ),
  ];
  expect(files.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
  for (const needed of [
    'out/main/index.js',
    'out/main/licences.json',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'resources/icons/tray.png',
  ]) {
    expect(files).toContain(needed);
  }
  for (const name of packagedModules()) {
    expect(
      files.some((path) => path.endsWith(`node_modules/${name}/package.json`)),
      name,
    ).toBe(true);
  }
});

test('holds nothing that only the makers need, and nothing of a user', () => {
  const unwanted = /(\.(map|ts|test\.js|env|pem|key)|package-lock\.json|\/\.[^/]+)$/u;
  expect(files.filter((path) => unwanted.test(path))).toEqual([]);
});

test('has every module that its programs import', () => {
  const seen = new Set<string>();
  const waiting = ['out/main/index.js', 'out/main/engine-worker.js'];
  const missing: string[] = [];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const code = extractFile(archive, file).toString();
    for (const [, name = ''] of code.matchAll(
      /(?:^(?:import|export)\b[^'"\n]*|^\} from |\bimport\()["']([^"'\s]+)["']/gmu,
    )) {
      if (name.startsWith('.')) {
        const path = posix.join(dirname(file), name);
        if (files.includes(path)) waiting.push(path);
        else missing.push(`${file}: ${name}`);
      } else if (!known(name)) missing.push(`${file}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
});

function known(name: string): boolean {
  const bare = name.replace(/^node:/u, '');
  if (name === 'electron' || builtinModules.includes(bare)) return true;
  const pack = name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
  return packagedModules().includes(pack);
}

test('is at most 15 MB', () => {
  expect(statSync(archive).size).toBeLessThanOrEqual(15 * megabyte);
});

test('has the fuses of a program that is nothing but itself', async () => {
  const wire = await getCurrentFuseWire(join(unpacked, 'astro-sync-console'));
  expect(wire).toMatchObject({
    [FuseV1Options.RunAsNode]: off,
    [FuseV1Options.EnableCookieEncryption]: on,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
    [FuseV1Options.EnableNodeCliInspectArguments]: off,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
    [FuseV1Options.OnlyLoadAppFromAsar]: on,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
  });
});

test('looks for newer versions where its builder said', () => {
  expect(readFileSync(join(unpacked, 'resources', 'app-update.yml'), 'utf8')).toContain('https://updates.example.org/');
});
