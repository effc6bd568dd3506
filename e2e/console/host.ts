import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { BrowserContext } from '@playwright/test';
import { checkout } from './servers';

/** A web console that runs, and how to be let in. */
export interface Host {
  readonly origin: string;
  /** Its data folder. */
  readonly home: string;
  /** Signs a browser in: the link has been used by then. */
  admit(context: BrowserContext): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the built web console. @param words options, such as -e and -d */
export async function startHost(words: readonly string[]): Promise<Host> {
  const home = await mkdtemp(join(tmpdir(), 'astro-sync-e2e-'));
  const program = join(checkout, 'out/main/cli.js');
  const child = spawn(process.execPath, [program, 'console', '--no-open', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ASTRO_SYNC_HOME: home, ASTRO_SYNC_OPERATOR: 'olga' },
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let said = '';
  const link = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then(() => reject(new Error(`The console ended: ${said}`)));
  });
  const cookie = await enter(link);
  const { origin } = new URL(link);
  return {
    origin,
    home,
    admit: (context) => context.addCookies([{ ...cookie, url: origin, httpOnly: true, sameSite: 'Strict' }]),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Follows the link once, as a browser does, and keeps the cookie. */
function enter(link: string): Promise<{ readonly name: string; readonly value: string }> {
  return new Promise((resolve, reject) => {
    get(link, (answer) => {
      answer.resume();
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(answer.headers['set-cookie']?.[0] ?? '') ?? [];
      if (name === '') reject(new Error(`The link gave no cookie: ${answer.statusCode ?? ''}`));
      else resolve({ name, value });
    }).on('error', reject);
  });
}
