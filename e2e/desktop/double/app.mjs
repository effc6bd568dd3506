// `app`: the life of the program, its folders, its single instance.
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { spawnSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** An event that a listener may hold up. */
export function preventable(more = {}) {
  const event = { defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true), ...more };
  return event;
}

/** @param {{ manifest: { name: string, version: string, productName?: string }, folder: string, words: string[] }} options */
export function createApp({ manifest, folder, words }) {
  /** @type {(event: object) => void} */
  let ready = () => undefined;
  const whenReady = new Promise((resolve) => (ready = resolve));
  const switches = new Map();
  for (const word of words) {
    const match = /^--([^=]+)=?(.*)$/.exec(word);
    if (match) switches.set(match[1], match[2]);
  }
  const appData = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  /** @type {Record<string, string>} */
  const paths = { appData, home: homedir(), temp: tmpdir(), downloads: join(homedir(), 'Downloads') };
  let name = manifest.productName ?? manifest.name;
  let isReady = false;
  let quitting = false;

  const app = Object.assign(new EventEmitter(), {
    /** @type {ReturnType<typeof import('./window.mjs').createWindows> | undefined} */
    windows: undefined,
    // Electron goes by the name of its binary, which is none of an app.
    isPackaged: process.env['ELECTRON_DOUBLE_PACKAGED'] === '1',
    commandLine: {
      /** @param {string} key @param {string} [value] */
      appendSwitch: (key, value = '') => void switches.set(key, value),
      /** @param {string} key */
      hasSwitch: (key) => switches.has(key),
      /** @param {string} key */
      getSwitchValue: (key) => switches.get(key) ?? '',
    },
    whenReady: () => whenReady,
    isReady: () => isReady,
    getName: () => name,
    /** @param {string} given */
    setName: (given) => void (name = given),
    getVersion: () => manifest.version,
    getAppPath: () => folder,
    getLocale: () => 'en-GB',
    /** @param {string} key @returns {string} */
    getPath(key) {
      const path =
        paths[key] ?? (key === 'userData' ? switches.get('user-data-dir') || join(appData, name) : undefined);
      if (path !== undefined) return path;
      if (key === 'sessionData') return app.getPath('userData');
      throw new Error(`Failed to get '${key}' path`);
    },
    /** @param {string} key @param {string} path */
    setPath(key, path) {
      paths[key] = path;
    },
    setAsDefaultProtocolClient: () => false,
    setAppUserModelId: () => undefined,
    badge: 0,
    /** @param {number} count */
    setBadgeCount(count) {
      app.badge = count;
      return true;
    },
    getBadgeCount: () => app.badge,
    /** A lock on the folder of the user's data, held as long as the process lives. */
    requestSingleInstanceLock: () =>
      lock(app.getPath('userData'), (argv, cwd) => app.emit('second-instance', {}, argv, cwd, null)),
    focus: () => undefined,
    becomeReady() {
      isReady = true;
      app.emit('ready', {}, {});
      ready({});
      if (quitting) app.quit();
    },
    quit() {
      quitting = true;
      if (!isReady) return;
      const event = preventable();
      app.emit('before-quit', event);
      if (event.defaultPrevented || app.windows?.closeAll() === false) {
        quitting = false;
        return;
      }
      const last = preventable();
      app.emit('will-quit', last);
      if (!last.defaultPrevented) app.exit(0);
    },
    isQuitting: () => quitting,
    /** @param {number} [code] */
    exit(code = 0) {
      app.emit('quit', {}, code);
      process.exit(code);
    },
  });
  return app;
}

/**
 * @param {string} folder
 * @param {(argv: string[], cwd: string) => void} told of another start
 * @returns {boolean} whether this is the first
 */
function lock(folder, told) {
  mkdirSync(folder, { recursive: true });
  // Short, whatever the folder: addresses of sockets may have about 100 characters.
  const address = join(
    tmpdir(),
    `electron-double-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.sock`,
  );
  const message = JSON.stringify({ argv: process.argv, cwd: process.cwd() });
  // Electron answers at once, so this asks another process to try to reach the first.
  const reach = `
    const socket = require('node:net').createConnection(process.argv[1]);
    socket.on('error', () => process.exit(1));
    socket.on('connect', () => socket.end(process.argv[2], () => process.exit(0)));`;
  if (spawnSync(process.execPath, ['-e', reach, address, message]).status === 0) return false;
  rmSync(address, { force: true });
  const server = createServer((socket) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('end', () => {
      if (text === '') return;
      const { argv, cwd } = JSON.parse(text);
      told(argv, cwd);
    });
  });
  server.listen(address);
  server.unref();
  process.on('exit', () => rmSync(address, { force: true }));
  return true;
}
