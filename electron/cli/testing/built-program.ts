import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const checkout = resolve(import.meta.dirname, '../../..');
const program = join(checkout, 'out/main/cli.js');
const sources = [
  'electron/cli',
  'electron/console',
  'electron/engine',
  'electron/sandbox',
  'electron/web',
  'shared',
].map((folder) => join(checkout, folder));
const lock = join(tmpdir(), `astro-sync-build-${Buffer.from(checkout).toString('base64url').slice(-40)}`);

/**
 * The terminal program as users get it: what `npm run build` wrote. Built here where it is missing or older than its sources, by
 * one of all test files that want it.
 * @returns the path of out/main/cli.js
 */
export async function builtProgram(): Promise<string> {
  while (!isFresh()) {
    if (!locked()) {
      await pause(200);
      continue;
    }
    try {
      if (!isFresh()) await build();
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return program;
}

function isFresh(): boolean {
  const built = modified(program);
  return sources.every((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .every((file) => modified(join(folder, file)) <= built),
  );
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** True where the lock is now ours; a lock whose owner is gone is broken. */
function locked(): boolean {
  const owner = join(lock, 'pid');
  try {
    mkdirSync(lock);
    writeFileSync(owner, String(process.pid));
    return true;
  } catch {
    try {
      process.kill(Number(readFileSync(owner, 'utf8')), 0);
    } catch (error) {
      const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      if (gone) rmSync(lock, { recursive: true, force: true });
    }
    return false;
  }
}

function build(): Promise<void> {
  return new Promise((done, reject) => {
    const output: string[] = [];
    const builder = spawn('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn'], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    for (const stream of [builder.stdout, builder.stderr]) {
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    }
    builder.on('error', reject);
    builder.on('close', (code) => {
      if (code === 0) done();
      else reject(new Error(`the build failed:\n${output.join('')}`));
    });
  });
}
