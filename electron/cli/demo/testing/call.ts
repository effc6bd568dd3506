import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { processStart } from '../../../sandbox/servers/process-identity';
import type { Clone } from './clone';

/** A demo that runs. */
export interface DemoCall {
  readonly child: ChildProcess;
  /** What it wrote so far: stdout without colours, as it came, and stderr; on a terminal all is stdout. */
  readonly out: () => string;
  readonly raw: () => string;
  readonly err: () => string;
  /** Waits until stdout holds the text. */
  readonly until: (text: string) => Promise<void>;
  readonly exitCode: Promise<number | null>;
}

/** The environment of somebody new: no LANG, a home without anything in it. */
function newcomer({ temporary }: Clone): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: temporary, TMPDIR: temporary };
}

/** Calls a program in the clone, without a terminal. */
export function callDemo(clone: Clone, program: string, words: readonly string[]): DemoCall {
  return follow(
    spawn(program, words, { cwd: clone.checkout, stdio: ['ignore', 'pipe', 'pipe'], env: newcomer(clone) }),
  );
}

/** A browser that only notes what it was asked to open. */
export async function recordingBrowser(
  clone: Clone,
): Promise<{ readonly path: string; readonly opened: () => string[] }> {
  const folder = join(clone.temporary, 'programs');
  const notes = join(clone.temporary, 'opened.txt');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" >> '${notes}'\n`, { mode: 0o755 });
  return {
    path: `${folder}:${process.env['PATH'] ?? ''}`,
    opened: () => (existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []),
  };
}

/** Calls the built demo on a terminal of 100 columns. */
export function callOnTerminal(clone: Clone, words: readonly string[], more: NodeJS.ProcessEnv = {}): DemoCall {
  const command = `stty rows 40 cols 100; exec '${process.execPath}' out/main/demo.js ${words.join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: clone.checkout,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...newcomer(clone), TERM: 'xterm', ...more },
  });
  return follow(child);
}

function follow(child: ChildProcess): DemoCall {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const text = (): string => stripVTControlCharacters(out).replaceAll('\r', '');
  const exitCode = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    child,
    out: text,
    raw: () => out,
    err: () => err,
    exitCode,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (text().includes(wanted)) resolve();
        };
        child.stdout?.on('data', look);
        child.on('close', () => reject(new Error(`never wrote ${wanted}:\n${text()}\n${err}`)));
        look();
      }),
  };
}

/** Servers and folders that demos of this clone have at present, as they stand in its registry. */
export function registered({ temporary }: Clone): { pids: number[]; folders: string[] } {
  const registry = join(temporary, `astro-sync-servers-${String(process.getuid?.() ?? 0)}`);
  const owners = existsSync(registry) ? readdirSync(registry) : [];
  const entries = owners.flatMap((owner) =>
    readdirSync(join(registry, owner)).map((entry) => join(registry, owner, entry)),
  );
  const line = (file: string): string[] => (existsSync(file) ? [readFileSync(file, 'utf8').trim()] : []);
  return {
    pids: entries.flatMap((entry) => line(join(entry, 'process'))).map((text) => Number.parseInt(text, 10)),
    folders: entries.flatMap((entry) => line(join(entry, 'folder'))),
  };
}

/** What is still there of it. */
export function remains({ pids, folders }: { pids: readonly number[]; folders: readonly string[] }): unknown[] {
  return [...pids.filter((pid) => processStart(pid) !== null), ...folders.filter((folder) => existsSync(folder))];
}
