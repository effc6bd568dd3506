import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
const maxBuffer = 64 * 1024 * 1024;

export interface ObtainedRedis {
  readonly path: string;
  readonly libraryPath: string | null;
}

/**
 * Gets Debian's redis-server by apt: installed for all where this process is root (its system service neither starts now nor at
 * boot), else unpacked with the libraries that are missing into the user's cache, where it is found again.
 * Throws apt's own words where that fails.
 */
export function obtainRedisFromDebian(onNotice: (text: string) => void): Promise<ObtainedRedis> {
  return process.getuid?.() === 0 ? install(onNotice) : unpack(onNotice);
}

const servicePolicy = '/usr/sbin/policy-rc.d';

async function install(onNotice: (text: string) => void): Promise<ObtainedRedis> {
  onNotice(
    'No Redis server found: installing Debian’s package redis-server (apt-get install redis-server). Its service stays off.',
  );
  // Debian starts a service when it is installed, unless this file says no (invoke-rc.d(8)).
  const ownPolicy = !existsSync(servicePolicy);
  if (ownPolicy) {
    await writeFile(
      servicePolicy,
      '#!/bin/sh\n# Made by astro-sync while it installs redis-server; may be removed.\nexit 101\n',
    );
    await chmod(servicePolicy, 0o755);
  }
  try {
    const get = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', 'install', '--no-install-recommends', 'redis-server'];
    await apt(get).catch(async () => {
      await apt(['-qq', '-o', 'DPkg::Lock::Timeout=300', 'update']);
      await apt(get);
    });
  } finally {
    if (ownPolicy) await rm(servicePolicy, { force: true });
  }
  await run('systemctl', ['disable', '--now', 'redis-server.service']).catch(() => undefined);
  return { path: '/usr/bin/redis-server', libraryPath: null };
}

async function unpack(onNotice: (text: string) => void): Promise<ObtainedRedis> {
  const cache = process.env['XDG_CACHE_HOME'];
  const base = join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'astro-sync');
  const { stdout } = await run('dpkg', ['--print-architecture']);
  const folder = join(base, `redis-debian-${stdout.trim()}`);
  if (existsSync(folder)) return describe(folder);

  onNotice(`No Redis server found: downloading Debian’s package redis-server into ${folder}. Nothing is installed.`);
  await mkdir(base, { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    const [lists, archives, root] = ['lists', 'archives', 'root'].map((name) => join(draft, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(join(lists, 'partial'), { recursive: true });
    await mkdir(archives);
    // The system's package lists belong to root, and may be empty.
    const own = ['-qq', '-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${draft}`, '-o', 'Debug::NoLocking=1'];
    await apt([...own, 'update']);
    const wanted = await apt([...own, 'install', '--print-uris', '--no-install-recommends', 'redis-server']);
    await apt([...own, 'download', ...packageNames(wanted)], archives);
    for (const archive of await readdir(archives)) await run('dpkg-deb', ['-x', join(archives, archive), root]);
    await rename(root, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return describe(folder);
}

/** Lines as apt-get --print-uris writes them: `'http://…/redis-server_7.0_amd64.deb' redis-server_5%3a7.0_amd64.deb 1234 …`. */
function packageNames(uris: string): string[] {
  return uris.split('\n').flatMap((line) => /^'\S+' ([^_\s]+)_/.exec(line)?.[1] ?? []);
}

async function describe(folder: string): Promise<ObtainedRedis> {
  const libraries = join(folder, 'usr', 'lib');
  const triplets = existsSync(libraries) ? await readdir(libraries, { withFileTypes: true }) : [];
  const folders = [
    libraries,
    ...triplets.filter((entry) => entry.isDirectory()).map((entry) => join(libraries, entry.name)),
  ];
  return { path: join(folder, 'usr', 'bin', 'redis-server'), libraryPath: folders.join(':') };
}

/** Runs apt-get; where another one holds its locks (some of which apt does not wait for itself), waits up to two minutes. */
async function apt(args: readonly string[], folder?: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { stdout } = await run('apt-get', args, {
        env: quiet,
        maxBuffer,
        ...(folder === undefined ? {} : { cwd: folder }),
      });
      return stdout;
    } catch (cause) {
      const said = (cause as { stderr?: string }).stderr?.trim() ?? '';
      const locked = said.includes('Could not get lock') || said.includes('Unable to lock');
      if (locked && tries < 120) await sleep(1000);
      else throw new Error(said === '' ? 'apt-get failed' : said.split('\n').slice(-3).join(' '), { cause });
    }
  }
}
