import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, truncate } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { SyncError } from '../../engine/errors';
import { onFreePort } from './free-port';
import { temporaryFolder } from './reachable-folder';
import { redisEnvironment, redisProgram } from './redis-program';
import { cleanLeftovers, registerServer } from './registry';
import { spawnServer, untilReady } from './server-process';
import type { ServerProcess } from './server-process';

export interface RedisOptions {
  /** Where a dump or an append-only file goes; without it, a temporary folder that is removed at the end. */
  readonly dataDir?: string;
  /** More arguments of redis-server, as `['--maxmemory', '64mb']`. */
  readonly args?: readonly string[];
  /** Is told where Redis is not installed and has to be obtained. */
  readonly onNotice?: (text: string) => void;
}

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** The program that runs, redis-server or valkey-server. */
  readonly path: string;
  readonly version: string;
  readonly pid: number;
  /** `redis://host:port/db`; database 0 unless said. */
  url(db?: number): string;
  /** Ends the server; removes its data unless `dataDir` was given. May be called again. */
  stop(): Promise<void>;
  /** Ends it by SIGKILL: what was only in memory, by default everything, is lost. */
  kill9(): Promise<void>;
  /** Stops where it runs and starts again on the same port: with its data as at an orderly restart, or empty. */
  restart(how: { readonly empty: boolean }): Promise<void>;
}

const host = '127.0.0.1';

/**
 * Starts a Redis (or Valkey) of its own on a free port of 127.0.0.1, without persistence unless `args` ask for it. It ends with
 * this process, however that ends. Throws SERVER_MISSING where no server program can be had, SERVER_FAILED with the server's own
 * words where it does not start.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  await cleanLeftovers();
  const program = await redisProgram(options.onNotice ?? (() => undefined));
  const folder = await temporaryFolder(null, 'redis');
  const registration = registerServer(folder);
  const dataDir = options.dataDir === undefined ? join(folder, 'data') : resolve(options.dataDir);
  const logFile = join(folder, 'server.log');
  let server: ServerProcess | null = null;

  const launch = async (port: number): Promise<ServerProcess> => {
    if (existsSync(logFile)) await truncate(logFile);
    const launched = await spawnServer({
      name: 'Redis',
      program: program.path,
      args: [
        '--port',
        String(port),
        '--bind',
        host,
        '--dir',
        dataDir,
        '--save',
        '',
        '--appendonly',
        'no',
        ...(options.args ?? []),
      ],
      folder: dataDir,
      environment: redisEnvironment(program.libraryPath),
      user: null,
      logFile,
      registration,
      lastSignal: 'SIGTERM',
    });
    await untilReady('Redis', launched, logFile, () =>
      readFileSync(logFile, 'utf8').includes('Ready to accept connections'),
    );
    return launched;
  };
  const halt = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (server?.running() !== true) return;
    server.signal(signal);
    if (await server.ended(30_000)) return;
    server.signal('SIGKILL');
    await server.ended(10_000);
  };
  const removeAll = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    registration.remove();
  };

  try {
    await mkdir(dataDir, { recursive: true });
    const first = await onFreePort(launch);
    const { port } = first;
    server = first.launched;
    return {
      host,
      port,
      path: program.path,
      version: program.version,
      get pid() {
        return server?.pid ?? 0;
      },
      url: (db = 0) => `redis://${host}:${String(port)}/${String(db)}`,
      stop: async () => {
        await halt('SIGTERM');
        await removeAll();
      },
      kill9: () => halt('SIGKILL'),
      restart: async ({ empty }) => {
        if (!empty && server?.running() === true) await save(port);
        await halt('SIGTERM');
        if (empty) {
          for (const name of ['dump.rdb', 'appendonlydir', 'appendonly.aof']) {
            await rm(join(dataDir, name), { recursive: true, force: true });
          }
        }
        server = await launch(port);
        // A dump that stayed would come back at a later restart after a crash, as no real one would.
        if (options.args === undefined) await rm(join(dataDir, 'dump.rdb'), { force: true });
      },
    };
  } catch (error) {
    await halt('SIGKILL');
    await removeAll();
    throw error;
  }
}

/** Writes the dump that the next start loads. */
function save(port: number): Promise<void> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host }, () => socket.write('SAVE\r\n'));
    let answer = '';
    socket.on('error', fail);
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (!answer.includes('\r\n')) return;
      socket.destroy();
      if (answer.startsWith('+OK')) done();
      else fail(new SyncError('SERVER_FAILED', `Redis could not save its data: ${answer.trim()}`));
    });
  });
}
