// Starts the desktop. Its binary is fetched the first time; where it cannot be fetched or started, says so and what to do instead.
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findElectron } from './electron-binary.mjs';

const checkout = resolve(import.meta.dirname, '..');

/** Ends of the program that mean it never came to show a window: no display, a missing library. */
const startMs = 10_000;

/**
 * What to say where the desktop cannot be started: why, and the way that works without it.
 * @param {string} reason
 */
export function twoLines(reason) {
  return `The desktop cannot be started here: ${reason}\nThe same console opens in a browser with: npx astro-sync console`;
}

/**
 * The last line of what a failed program wrote that says something.
 * @param {string} text
 */
export function reasonOf(text) {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at |^Node\.js v|^\^|^[{}]/u.test(line));
  const telling = lines.filter((line) => /error|cannot|unable|not found|missing|denied|refused/iu.test(line));
  return (telling[0] ?? lines.at(-1) ?? 'it ended without a word').replace(/^Error: /u, '');
}

/** @returns {string | { reason: string }} the path of the binary */
function binary() {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) return join(override, 'electron');
  const here = findElectron();
  if (here !== undefined) return here;
  process.stderr.write('Fetching Electron, once …\n');
  const install = join(createRequire(import.meta.url).resolve('electron/package.json'), '../install.js');
  const { status, stderr } = spawnSync(process.execPath, [install], { encoding: 'utf8', timeout: 600_000 });
  const fetched = findElectron();
  if (status === 0 && fetched !== undefined) return fetched;
  return { reason: `Electron could not be fetched (${reasonOf(stderr)})` };
}

/** @param {string[]} words */
async function start(words) {
  const found = binary();
  if (typeof found !== 'string') return refuse(found.reason);
  const began = performance.now();
  const child = spawn(found, [checkout, ...words], { cwd: checkout, stdio: ['ignore', 'inherit', 'pipe'] });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  let said = '';
  child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
    said = (said + chunk.toString()).slice(-20_000);
    if (performance.now() - began > startMs) process.stderr.write(chunk);
  });
  const code = await new Promise((settle) => {
    child.on('error', (error) => {
      said += error.message;
      settle(1);
    });
    child.on('close', (status) => settle(status ?? 1));
  });
  if (code !== 0 && performance.now() - began < startMs) return refuse(reasonOf(said));
  process.exitCode = code;
}

/** @param {string} reason */
function refuse(reason) {
  process.stderr.write(`${twoLines(reason)}\n`);
  process.exitCode = 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await start(process.argv.slice(2));
}
