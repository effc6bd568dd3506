import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench } from './bench';
import type { Delay } from './host-delay';

/** The web console as users start it. */
export interface ConsoleProgram {
  /** Seconds from the start of the program until it printed its link. */
  readonly startSeconds: number;
  /** Lets one browser in. */
  readonly link: string;
  /** How late the event loop of the process that serves the page was since the last call, in milliseconds. */
  eventLoopDelay(): Promise<Delay>;
  stop(): Promise<void>;
}

/** @param folder holds astro-sync.yaml and datasets/ */
export async function startConsole(
  bench: Bench,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<ConsoleProgram> {
  const monitor = pathToFileURL(join(dirname(bench.cli), '../../bench/event-loop-delay.mjs')).href;
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', monitor, bench.cli, 'console', '-e', 'astro-sync.yaml', '-d', 'datasets', '--no-open'],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ASTRO_SYNC_HOME: join(folder, 'home'), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const link = await lineOf(child, 'stdout', /^http\S+/mu);
  const startSeconds = (performance.now() - start) / 1000;
  return {
    startSeconds,
    link,
    async eventLoopDelay() {
      const told = lineOf(child, 'stderr', /event-loop-delay (?<json>\{.*\})\n/u);
      child.kill('SIGUSR2');
      return JSON.parse((await told).replace('event-loop-delay ', '')) as Delay;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** The next text of the program that looks so. */
function lineOf(child: ChildProcess, stream: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const heard = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[0];
      if (found === undefined) return;
      child[stream]?.off('data', heard);
      resolve(found.trim());
    };
    child[stream]?.on('data', heard);
    child.once('close', () => {
      reject(new Error(`console: ended early: ${text}`));
    });
  });
}
