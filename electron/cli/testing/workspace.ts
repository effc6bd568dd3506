import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Job, RunDocument } from '../../../shared/engine/documents';
import { builtProgram } from './built-program';

/** How a call of the program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** A call under way. */
export interface Call {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until the program has written that to stderr. */
  readonly says: (text: string | RegExp) => Promise<void>;
}

/** A folder of a user with astro-sync.yaml and datasets/, and the program to call in it. */
export interface Workspace {
  readonly folder: string;
  start(words: readonly string[], options?: CallOptions): Call;
  /** Calls the program without a terminal and waits for its end. */
  sync(...words: string[]): Promise<Ended>;
  /** plan, run or verify with --json; fails where stdout is not exactly one document. */
  json(...words: string[]): Promise<{ readonly code: number | null; readonly document: RunDocument }>;
  /** The same for a command with another document. */
  report(...words: string[]): Promise<{ readonly code: number | null; readonly document: unknown }>;
  jobs(...words: string[]): Promise<readonly Job[]>;
  write(file: string, content: unknown): Promise<void>;
  /** Removes the folder; ends calls that a failed test left. */
  remove(): Promise<void>;
}

/**
 * @param files by name: text as it is, anything else as YAML
 * @param env variables that every call gets
 */
export async function createWorkspace(
  files: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Workspace> {
  const program = await builtProgram();
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-cli-'));
  const children: ChildProcess[] = [];
  const workspace: Workspace = {
    folder,
    start(words, options = {}) {
      const call = startProgram(program, folder, words, { env: { ...env, ...options.env } });
      children.push(call.child);
      return call;
    },
    sync: (...words) => workspace.start(words).ended,
    async report(...words) {
      const { code, stdout, stderr } = await workspace.sync(...words, '--json');
      const lines = stdout.split('\n');
      if (lines.length !== 2 || lines[1] !== '') throw new Error(`not one document: ${stdout}\n${stderr}`);
      return { code, document: JSON.parse(lines[0] ?? '') as unknown };
    },
    async json(...words) {
      const { code, document } = await workspace.report(...words);
      return { code, document: document as RunDocument };
    },
    async jobs(...words) {
      const { document } = await workspace.report(...words);
      return (document as { jobs: readonly Job[] }).jobs;
    },
    async write(file, content) {
      const path = join(folder, file);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, typeof content === 'string' ? content : stringify(content));
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (const [file, content] of Object.entries(files)) await workspace.write(file, content);
  return workspace;
}

function startProgram(program: string, folder: string, words: readonly string[], { env = {} }: CallOptions): Call {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const heard = (): boolean => (typeof text === 'string' ? stderr.includes(text) : text.test(stderr));
      const listen = (): void => {
        if (heard()) resolve();
      };
      child.stderr.on('data', listen);
      child.on('close', () => {
        if (heard()) resolve();
        else reject(new Error(`never said ${String(text)}: ${stderr}${stdout}`));
      });
      listen();
    });
  return { child, ended, says };
}
