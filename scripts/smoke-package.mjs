// Starts the program that the packer unpacked (dist/), as a user would, and ends it once its page is there. The fuses keep an
// inspector out of it: the page is looked at by Chromium's own protocol.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from '@playwright/test';

const limitMs = 90_000;
const dist = resolve(process.argv[2] ?? join(import.meta.dirname, '../dist'));
const name = 'AstroBookings Sync Console';

/** @type {Readonly<Partial<Record<NodeJS.Platform, readonly [RegExp, string]>>>} */
const places = {
  linux: [/^linux-.*unpacked$/u, 'astro-sync-console'],
  win32: [/^win-.*unpacked$/u, `${name}.exe`],
  darwin: [/^mac/u, `${name}.app/Contents/MacOS/${name}`],
};

/** The program for this system. @throws where nothing was packed */
function unpacked() {
  const [folder, file] = places[process.platform] ?? [/^$/u, ''];
  const found = readdirSync(dist)
    .filter((each) => folder.test(each))
    .map((each) => join(dist, each, file))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Nothing for ${process.platform} is unpacked in ${dist}: npm run package`);
  return found;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const program = unpacked();
const home = mkdtempSync(join(tmpdir(), 'astro-sync-smoke-'));
const port = await freePort();
const words = [`--remote-debugging-port=${port}`, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])];
const child = spawn(program, words, { stdio: 'inherit', env: { ...process.env, ASTRO_SYNC_HOME: home } });
/** @type {string | null} */
let ended = null;
child.on('error', (error) => (ended = error.message));
child.on('exit', (code, signal) => (ended = `it ended by itself (${code ?? signal})`));

try {
  const end = Date.now() + limitMs;
  const address = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${address}/json/version`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (ended !== null) throw new Error(`${program} did not start: ${ended}`);
    if (Date.now() > end) throw new Error(`${program} did not answer within ${limitMs / 1000} s`);
    await pause(250);
  }
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('The program has no page');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  await page.getByRole('heading', { level: 1, name: 'Environments' }).waitFor({ timeout: 60_000 });
  if (!page.url().startsWith('app://console/')) throw new Error(`Its page is ${page.url()}`);
  console.log(`${program} starts, and its page is there.`);
  await browser.close();
} catch (error) {
  const log = join(home, 'logs', 'desktop.log');
  if (existsSync(log)) console.error(readFileSync(log, 'utf8'));
  throw error;
} finally {
  if (ended === null) {
    const gone = new Promise((settle) => child.once('exit', settle));
    child.kill();
    await Promise.race([gone, pause(10_000)]);
    if (ended === null) child.kill('SIGKILL');
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
