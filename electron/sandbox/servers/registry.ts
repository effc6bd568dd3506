import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '../../engine/errors';
import { isSameProcess, processStart } from './process-identity';
import { startWatchdog } from './watchdog';

/** Every folder that the registry may remove begins with this, whatever an entry says. */
export const folderPrefix = 'astro-sync-';

/** What the registry knows of one server of this process. */
export interface RegisteredServer {
  /** Notes the running server; `lastSignal` is what ends it at once when its owner is gone. */
  started(pid: number, lastSignal: 'SIGQUIT' | 'SIGTERM'): void;
  /** Notes that it does not run at present. */
  ended(): void;
  /** Forgets it: stopped, and its folder is gone. */
  remove(): void;
}

/**
 * Writes a server of this process into the registry, before it starts, so that it is ended and its folder removed however this
 * process ends: by a watchdog at once, or by the next `cleanLeftovers` where no watchdog runs.
 * `folder` is the temporary folder to remove, null where the data is to stay.
 */
export function registerServer(folder: string | null): RegisteredServer {
  const entry = join(ownerFolder(), randomBytes(6).toString('hex'));
  mkdirSync(entry, { mode: 0o700 });
  if (folder !== null) writeFileSync(join(entry, 'folder'), `${folder}\n`);
  return {
    started: (pid, lastSignal) => {
      writeFileSync(join(entry, 'process'), `${String(pid)} ${processStart(pid) ?? '0'} ${lastSignal.slice(3)}\n`);
    },
    ended: () => rmSync(join(entry, 'process'), { force: true }),
    remove: () => rmSync(entry, { recursive: true, force: true }),
  };
}

/** What was found of processes that ended without stopping their servers. */
export interface Leftovers {
  readonly servers: number;
  readonly folders: number;
}

/** Ends the servers and removes the temporary folders of owners that live no more; leaves those of living ones alone. */
export async function cleanLeftovers(): Promise<Leftovers> {
  const found = { servers: 0, folders: 0 };
  const registry = registryFolder();
  for (const owner of namesIn(registry)) {
    const [pid = '', start = ''] = owner.split('-');
    if (isSameProcess(Number(pid), start)) continue;
    for (const entry of entriesOf(join(registry, owner))) {
      if (entry.server !== null) {
        await endServer(entry.server);
        found.servers += 1;
      }
      if (entry.folder !== null) {
        rmSync(entry.folder, { recursive: true, force: true, maxRetries: 5 });
        found.folders += 1;
      }
    }
    rmSync(join(registry, owner), { recursive: true, force: true });
  }
  removeEmptyRegistry();
  return found;
}

interface RunningServer {
  readonly pid: number;
  readonly start: string;
  readonly lastSignal: NodeJS.Signals;
}

function entriesOf(owner: string): { server: RunningServer | null; folder: string | null }[] {
  return namesIn(owner).map((name) => {
    const [pid = '', start = '', signal = 'TERM'] = readLine(join(owner, name, 'process')).split(' ');
    const folder = readLine(join(owner, name, 'folder'));
    return {
      server: isSameProcess(Number(pid), start)
        ? { pid: Number(pid), start, lastSignal: signal === 'QUIT' ? 'SIGQUIT' : 'SIGTERM' }
        : null,
      folder: basename(folder).startsWith(folderPrefix) ? folder : null,
    };
  });
}

async function endServer({ pid, start, lastSignal }: RunningServer): Promise<void> {
  signalIfAlive(pid, lastSignal);
  for (let tries = 0; tries < 100; tries += 1) {
    if (!isSameProcess(pid, start)) return;
    await sleep(50);
  }
  signalIfAlive(pid, 'SIGKILL');
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}

let ownFolder: string | null = null;

/** The folder of this process (and of this copy of the module: several may be loaded), made with its watchdog at the first server. */
function ownerFolder(): string {
  if (ownFolder !== null) return ownFolder;
  const start = processStart(process.pid) ?? '0';
  const folder = makeOwnerFolder(`${String(process.pid)}-${start}-${randomBytes(4).toString('hex')}`);
  startWatchdog(folder);
  // A process that ends in order still leaves no server running where no watchdog can (Windows), and ends them sooner elsewhere.
  process.on('exit', () => {
    for (const { server } of entriesOf(folder)) if (server !== null) signalIfAlive(server.pid, server.lastSignal);
    if (namesIn(folder).length === 0) rmSync(folder, { recursive: true, force: true });
    removeEmptyRegistry();
  });
  ownFolder = folder;
  return folder;
}

/** Another process may remove the empty registry just before this one is written into it. */
function makeOwnerFolder(name: string): string {
  for (let tries = 1; ; tries += 1) {
    const folder = join(registryFolder(), name);
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!gone || tries === 10) throw error;
    }
  }
}

/** Signals and removals follow what stands in it, so it must be this user's own and nobody else's to write. */
function registryFolder(): string {
  const uid = process.getuid?.() ?? 0;
  const folder = registryPath();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return folder;
  if (!stat.isDirectory() || (process.platform !== 'win32' && (stat.uid !== uid || (stat.mode & 0o022) !== 0))) {
    throw new SyncError('SERVER_FAILED', `the folder ${folder} belongs to somebody else`, {
      hint: 'Remove it, or set TMPDIR to a folder of your own.',
    });
  }
  return folder;
}

function registryPath(): string {
  return join(tmpdir(), `${folderPrefix}servers-${String(process.getuid?.() ?? 0)}`);
}

function removeEmptyRegistry(): void {
  try {
    rmdirSync(registryPath());
  } catch {
    // It is not empty, or gone.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
