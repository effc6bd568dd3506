import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SyncError } from '../../engine/errors';
import { onFreePort } from './free-port';
import { postgresBinaries } from './postgres-binaries';
import type { PostgresRelease } from './postgres-package';
import { initialiseCluster, postgresEnvironment, superuser } from './postgres-cluster';
import { killTree } from './process-tree';
import { temporaryFolder } from './reachable-folder';
import { cleanLeftovers, registerServer } from './registry';
import { spawnServer, untilReady } from './server-process';
import type { ServerProcess } from './server-process';
import { serverUser } from './server-user';

export interface PostgresOptions {
  /** Major version; 18 unless said. */
  readonly version?: PostgresRelease;
  /** Databases to create at once. */
  readonly databases: readonly string[];
  /** Where the cluster lives and stays; without it, a temporary folder that is removed at the end. */
  readonly dataDir?: string;
  /** Server settings as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** False: nothing waits for the disk, as tests like it; a crash of the machine loses the cluster. True unless said. */
  readonly durable?: boolean;
}

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** A superuser. */
  readonly user: string;
  readonly password: string;
  readonly version: PostgresRelease;
  /** Of the postmaster that runs now, or ran last. */
  readonly pid: number;
  /** `postgres://user:password@host:port/database`. */
  url(database: string): string;
  /** Creates a database (UTF-8, C.UTF-8) and gives its url. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server; removes its data unless `dataDir` was given. May be called again. */
  stop(): Promise<void>;
  /** Ends the postmaster and its backends by SIGKILL, as a crash would. `restart` recovers. */
  kill9(): Promise<void>;
  /** Stops where it runs (sessions end with 57P01) and starts again on the same port with the same data. */
  restart(): Promise<void>;
}

const host = '127.0.0.1';

const withoutDisk: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/**
 * Starts a real PostgreSQL of its own on a free port of 127.0.0.1, passwords required, without a socket file; as the user
 * `postgres` where this process is root. It ends with this process, however that ends.
 * Throws SERVER_MISSING where its package is not installed, SERVER_FAILED with the server's own words where it does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  await cleanLeftovers();
  const version = options.version ?? 18;
  const user = await serverUser();
  const binaries = await postgresBinaries(version, user);
  const folder = await temporaryFolder(user, `postgres-${String(version)}`);
  const registration = registerServer(folder);
  const dataDir = options.dataDir === undefined ? join(folder, 'data') : resolve(options.dataDir);
  const settings = { ...(options.durable === false ? withoutDisk : {}), ...options.settings };
  const name = `PostgreSQL ${String(version)}`;
  const logFile = join(folder, 'server.log');

  const removeAll = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    registration.remove();
  };

  const launch = async (port: number): Promise<ServerProcess> => {
    const fixed = { listen_addresses: host, port: String(port), unix_socket_directories: '', logging_collector: 'off' };
    const server = await spawnServer({
      name,
      program: join(binaries, 'postgres'),
      args: [
        '-D',
        dataDir,
        ...Object.entries({ ...settings, ...fixed }).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      folder: dataDir,
      environment: postgresEnvironment(),
      user,
      logFile,
      registration,
      lastSignal: 'SIGQUIT',
    });
    await untilReady(name, server, logFile, () => saysReady(dataDir, server.pid));
    return server;
  };

  let server: ServerProcess | null = null;
  const halt = async (signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> => {
    if (server?.running() !== true) return;
    if (signal === 'SIGKILL') killTree(server.pid);
    else server.signal(signal);
    if (await server.ended(30_000)) return;
    killTree(server.pid);
    await server.ended(10_000);
  };

  try {
    const password = await initialiseCluster({ binaries, dataDir, user });
    const first = await onFreePort(launch);
    const { port } = first;
    server = first.launched;

    const url = (database: string): string =>
      `postgres://${superuser}:${password}@${host}:${String(port)}/${encodeURIComponent(database)}`;
    const createDatabase = async (database: string): Promise<string> => {
      const client = new pg.Client({ connectionString: url('postgres'), application_name: 'astro-sync sandbox' });
      await client.connect();
      try {
        // Nobody is ever connected to template0, so that two may copy it at once.
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE template0`);
      } finally {
        await client.end();
      }
      return url(database);
    };

    for (const database of options.databases) await createDatabase(database);
    return {
      host,
      port,
      user: superuser,
      password,
      version,
      get pid() {
        return server?.pid ?? 0;
      },
      url,
      createDatabase,
      stop: async () => {
        await halt(options.dataDir === undefined ? 'SIGQUIT' : 'SIGINT');
        await removeAll();
      },
      kill9: () => halt('SIGKILL'),
      restart: async () => {
        await halt('SIGINT');
        server = await again(() => launch(port));
      },
    };
  } catch (error) {
    await halt('SIGKILL');
    await removeAll();
    throw error;
  }
}

/** As pg_ctl does: the last line of postmaster.pid tells the state. */
function saysReady(dataDir: string, pid: number): boolean {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines[0] === String(pid) && (lines[7] ?? '').trim() === 'ready';
}

/** The port, or the shared memory of a backend that has not yet seen its postmaster die, may be in use for a moment still. */
async function again<T>(launch: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await launch();
    } catch (error) {
      const passes = error instanceof SyncError && /still in use|address already in use/i.test(error.message);
      if (tries >= 20 || !passes) throw error;
      await sleep(250);
    }
  }
}
