// The Chromium behind the windows, and the connection to it (DevTools protocol, over a pipe of its own).
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../../../scripts/programs.mjs';

/** @typedef {EventEmitter & { send: (method: string, params?: object) => Promise<any> }} Session */

/**
 * @returns {{ root: Session, session: (id: string) => Session, address: Promise<string>, end: () => void }}
 *   `address`: where others may connect to the same browser
 */
export function startBrowser() {
  const executable = findChromium();
  if (executable === undefined)
    throw new Error('No Chromium found: npm run setup-test brings it, or set CHROMIUM_PATH.');
  const profile = mkdtempSync(join(tmpdir(), 'electron-double-'));
  const args = [
    '--headless=new',
    '--no-sandbox', // Chromium's own sandbox refuses to run as root
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-sync',
    '--disable-popup-blocking', // popups are the app's to deny
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,Translate,MediaRouter',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', // the desktop has no remote content
    '--no-first-run',
    '--no-default-browser-check',
    '--no-startup-window',
    '--password-store=basic',
    '--window-size=1360,860',
    `--user-data-dir=${profile}`,
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
  ];
  const child = spawn(executable, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const toBrowser = /** @type {import('node:stream').Writable} */ (child.stdio[3]);
  const fromBrowser = /** @type {import('node:stream').Readable} */ (child.stdio[4]);
  toBrowser.on('error', () => undefined);

  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  let lastId = 0;

  /** @param {string} [sessionId] */
  const createSession = (sessionId) => {
    const emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    return Object.assign(emitter, {
      /** @param {string} method @param {object} [params] */
      send(method, params = {}) {
        return new Promise((resolve, reject) => {
          lastId += 1;
          waiting.set(lastId, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
          toBrowser.write(`${JSON.stringify({ id: lastId, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
        });
      },
    });
  };
  const root = createSession();

  /** @param {any} message */
  const take = (message) => {
    if (message.id !== undefined) {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) asked?.reject(new Error(message.error.message));
      else asked?.resolve(message.result);
      return;
    }
    const target = message.sessionId === undefined ? root : sessions.get(message.sessionId);
    target?.emit(message.method, message.params);
  };

  /** @type {Buffer[]} */
  let parts = [];
  fromBrowser.on('data', (/** @type {Buffer} */ chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      parts.push(rest.subarray(0, end));
      take(JSON.parse(Buffer.concat(parts).toString()));
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  });

  /** @type {Promise<string>} */
  const address = new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk) => {
      text += chunk;
      const match = /DevTools listening on (ws:\/\/\S+)/.exec(text);
      if (match?.[1]) resolve(match[1]);
    });
    child.on('exit', () => reject(new Error(`Chromium ended at its start: ${text}`)));
  });

  const end = () => {
    child.kill('SIGKILL');
    removeProfile(profile);
  };
  return {
    root,
    session(id) {
      const known = sessions.get(id) ?? createSession(id);
      sessions.set(id, known);
      return known;
    },
    address,
    end,
  };
}

/**
 * Processes of a browser that was killed may write for a moment longer. Called at the end of the process: it cannot wait but by
 * standing still.
 * @param {string} profile
 */
function removeProfile(profile) {
  for (let left = 40; left > 0; left -= 1) {
    try {
      return rmSync(profile, { recursive: true, force: true });
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}
