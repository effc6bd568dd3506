import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import type { AnswerFrame } from '../shared/contract/wire';
import type { Task } from '../shared/contract/task';
import type { Bench } from './bench';

/** The web console as users start it, with a page that asks it for work. */
export interface ConsoleProgram {
  /** Seconds from the start of the program until it printed its link. */
  readonly startSeconds: number;
  /** Brings a dataset into line. @throws Error where the run was not verified */
  run(dataset: string): Promise<void>;
  /** How late the event loop of the process that serves the page was since the last call, in milliseconds. */
  eventLoopDelay(): Promise<{ readonly p99: number; readonly max: number }>;
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
  const { socket, call } = await openPage(link);
  return {
    startSeconds,
    async run(dataset) {
      const started = (await call('runs.start', {
        datasets: [dataset],
        mode: 'full',
        plan: null,
        approve_deletes: null,
        allow_empty_source: false,
        confirm: null,
      })) as Task;
      const ended = await new Promise<Task>((resolve) => {
        socket.on('message', (data: Buffer) => {
          const frame = JSON.parse(data.toString()) as AnswerFrame;
          if (frame.kind !== 'events') return;
          for (const { event } of frame.events) {
            if (event.type === 'task' && event.task.id === started.id && event.task.state !== 'working')
              resolve(event.task);
          }
        });
      });
      if (ended.document?.ok !== true) throw new Error(`console: the run was not ok: ${JSON.stringify(ended)}`);
    },
    async eventLoopDelay() {
      const told = lineOf(child, 'stderr', /event-loop-delay (?<json>\{.*\})\n/u);
      child.kill('SIGUSR2');
      return JSON.parse((await told).replace('event-loop-delay ', '')) as { p99: number; max: number };
    },
    async stop() {
      socket.close();
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

async function openPage(link: string) {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const { origin } = new URL(link);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ kind: 'subscribe', after: null }));
  let last = 0;
  const call = (method: string, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const heard = (data: Buffer): void => {
        const frame = JSON.parse(data.toString()) as AnswerFrame;
        if (frame.kind !== 'answer' || frame.id !== id) return;
        socket.off('message', heard);
        if (frame.outcome.ok) resolve(frame.outcome.value);
        else reject(new Error(`${method}: ${frame.outcome.error.message}`));
      };
      socket.on('message', heard);
      socket.send(JSON.stringify({ kind: 'call', id, method, input }));
    });
  return { socket, call };
}
