// Starts an app as Electron would: `electron [-r file] [--inspect=0] [--remote-debugging-port=0] <folder or file> [words]`.
import { readFileSync, statSync } from 'node:fs';
import { open as openInspector } from 'node:inspector';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createApp } from './app.mjs';
import { startBrowser } from './browser.mjs';
import { provideElectron } from './module.mjs';
import { createIpcMain } from './ipc.mjs';
import { createProtocol, createSession } from './session.mjs';
import { systemModules } from './system.mjs';
import { createWindows } from './window.mjs';

/** @type {string[]} */
const preloads = [];
/** @type {string[]} */
const words = [];
const given = process.argv.slice(2);
for (let at = 0; at < given.length; at += 1) {
  if (given[at] === '-r') preloads.push(given[++at] ?? '');
  else words.push(given[at] ?? '');
}
const [target = '.'] = words.filter((word) => !word.startsWith('-'));
const entry = resolve(target);
const folder = statSync(entry).isDirectory() ? entry : process.cwd();
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

if (words.some((word) => word.startsWith('--inspect'))) openInspector(0, '127.0.0.1');

const browser = startBrowser();
process.on('exit', browser.end);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => process.exit(1));

const app = createApp({ manifest, folder, words });
const protocol = createProtocol();
const session = createSession();
const ipcMain = createIpcMain();
const windows = createWindows({ app, browser, protocol, session, ipcMain });
app.windows = windows;

provideElectron({
  app,
  BrowserWindow: windows.BrowserWindow,
  webContents: windows.webContents,
  ipcMain,
  protocol,
  session: { defaultSession: session },
  ...systemModules(),
});

// As Electron has it; Playwright's own file takes away what belongs to it.
process.argv = [process.argv[0] ?? '', ...given];
Reflect.set(process, 'type', 'browser');
Reflect.set(process, 'resourcesPath', folder);
const require = createRequire(join(folder, 'package.json'));
for (const file of preloads) require(resolve(file));

const main = statSync(entry).isDirectory() ? join(entry, manifest.main) : entry;
await import(pathToFileURL(main).href);
if (app.isQuitting()) app.exit(0); // another instance has the lock
// As in Electron: ready only after the module of the app has run.
process.stderr.write(`DevTools listening on ${await browser.address}\n`);
await windows.connected();
app.becomeReady();
