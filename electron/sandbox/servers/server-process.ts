import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '../../engine/errors';
import type { RegisteredServer } from './registry';
import type { ServerUser } from './server-user';

export interface ServerCommand {
  /** For messages: `PostgreSQL 18`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** The whole environment of the server: nothing of ours (PGPORT, LANG, …) may change what it does. */
  readonly environment: NodeJS.ProcessEnv;
  readonly user: ServerUser | null;
  /** Where its output goes. A file, not a pipe: nobody has to read it for the server to go on. */
  readonly logFile: string;
  readonly registration: RegisteredServer;
  /** What ends it at once when this process is gone. */
  readonly lastSignal: 'SIGQUIT' | 'SIGTERM';
}

export interface ServerProcess {
  readonly pid: number;
  running(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended; false when it still runs after `withinMs`. */
  ended(withinMs: number): Promise<boolean>;
}

/**
 * Starts a server in a session of its own, so that Ctrl-C in the terminal reaches this program and not the server. It does not
 * keep this process alive. Throws SERVER_FAILED where the program cannot be started at all.
 */
export async function spawnServer(command: ServerCommand): Promise<ServerProcess> {
  const log = openSync(command.logFile, 'a');
  const child = spawn(command.program, command.args, {
    cwd: command.folder,
    env: command.environment,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    ...(command.user ?? {}),
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new SyncError('SERVER_FAILED', `${command.name} could not be started: ${cause.message}`, { cause }));
    });
  });
  const pid = child.pid ?? 0;
  command.registration.started(pid, command.lastSignal);
  child.on('error', () => undefined);
  child.once('exit', () => command.registration.ended());
  child.unref();
  const exit = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    running,
    signal: (signal) => {
      if (running()) child.kill(signal);
    },
    ended: async (withinMs) => {
      child.ref();
      const timer = new AbortController();
      const late = sleep(withinMs, false, { signal: timer.signal }).catch(() => false);
      const ended = await Promise.race([exit, late]);
      timer.abort();
      if (!ended) child.unref();
      return ended;
    },
  };
}

/**
 * Waits until `ready()` says so, looking every 10 ms. Throws SERVER_FAILED with the end of the server's log where it ends instead,
 * or where 60 s pass.
 */
export async function untilReady(
  name: string,
  server: ServerProcess,
  logFile: string,
  ready: () => boolean,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!ready()) {
    if (!server.running()) throw startFailure(`${name} ended while it started`, logFile);
    if (Date.now() > deadline) {
      server.signal('SIGKILL');
      throw startFailure(`${name} was not ready after 60 s`, logFile);
    }
    await sleep(10);
  }
}

/** Whether a failed start was for want of the port: another process took it first. */
export function portWasTaken(error: unknown): boolean {
  return error instanceof SyncError && error.details['portTaken'] === true;
}

function startFailure(what: string, logFile: string): SyncError {
  const log = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  return new SyncError('SERVER_FAILED', `${what}:\n${log}`, {
    details: { portTaken: /address already in use/i.test(log) },
    retryable: true,
  });
}
