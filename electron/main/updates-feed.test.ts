import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { ClientRequest, RequestOptions, ServerResponse } from 'node:http';
import Module from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Logger } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { followFeed } from './updates';

const file = 'astro-sync-console-0.2.0-x86_64.AppImage';
/** The newer version: says that it was started, and how; long enough to come in parts. */
const newer = Buffer.from(
  `#!/bin/sh\nprintf %s "$APPIMAGE_EXIT_AFTER_INSTALL" > "$0.started"\nexit\n${'#'.repeat(2_000_000)}`,
);
const sha512 = (content: Buffer): string => createHash('sha512').update(content).digest('base64');

let folder: string;
/** What the feed says and gives, and what it was asked. */
const feed = {
  looks: 0,
  downloads: 0,
  brokenOff: 0,
  sha512: '',
  /** Gives the first half and no more. */
  hold: false,
};
const server = createServer((asked, answer: ServerResponse) => {
  if (asked.url?.includes('.yml') === true) {
    feed.looks += 1;
    answer.end(
      `version: 0.2.0\nfiles:\n  - url: ${file}\n    sha512: ${feed.sha512}\n    size: ${String(newer.length)}\n` +
        `path: ${file}\nsha512: ${feed.sha512}\nreleaseDate: '2026-01-01T00:00:00.000Z'\n`,
    );
    return;
  }
  feed.downloads += 1;
  answer.writeHead(200, { 'Content-Length': newer.length });
  answer.write(newer.subarray(0, newer.length / 2));
  answer.on('close', () => (feed.brokenOff += answer.writableFinished ? 0 : 1));
  if (!feed.hold) answer.end(newer.subarray(newer.length / 2));
});

/** What electron-updater asks of Electron: here the program of the test and the network of Node. */
const app = Object.assign(new EventEmitter(), {
  isPackaged: true,
  getVersion: () => '0.1.0',
  getName: () => 'astro-sync-console',
  getPath: () => folder,
  getAppPath: () => folder,
  whenReady: () => Promise.resolve(),
});
const underWay = new Set<ClientRequest>();
const session = {
  closeAllConnections() {
    for (const each of underWay) each.destroy();
    return Promise.resolve();
  },
};
const electron = {
  app,
  session: { fromPartition: () => session },
  net: {
    request({ session: _, ...options }: RequestOptions & { session: object }) {
      const asked = request(options);
      underWay.add(asked);
      return asked.on('close', () => underWay.delete(asked));
    },
  },
};
const internals = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
const load = internals._load;

const said: string[] = [];
const note = (...words: unknown[]): void => {
  said.push(String(words.at(-1)));
};
const logger = { info: note, warn: note, error: note, debug: () => undefined } as unknown as Logger;

// The updater of AppImages runs on Linux; those of the other systems begin by asking the system itself.
describe.skipIf(process.platform !== 'linux')('the updater of the package, on a feed', () => {
  const before = { ...process.env };
  let installed: string;
  let busy = false;
  const step = (): void => {
    vi.advanceTimersByTime(5000);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astro-sync-updates-'));
    installed = join(folder, 'console.AppImage');
    writeFileSync(installed, 'the version before');
    chmodSync(installed, 0o755);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    writeFileSync(
      join(folder, 'app-update.yml'),
      `provider: generic\nurl: http://127.0.0.1:${String(port)}\nupdaterCacheDirName: updates\n`,
    );
    Object.assign(process.env, { APPIMAGE: installed, XDG_CACHE_HOME: folder });
    Object.assign(process, { resourcesPath: folder });
    internals._load = (name, ...rest) =>
      name === 'electron'
        ? electron
        : Reflect.apply<unknown, [string, ...unknown[]], unknown>(load, Module, [name, ...rest]);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  });

  afterAll(() => {
    vi.useRealTimers();
    internals._load = load;
    process.env = before;
    Reflect.deleteProperty(process, 'resourcesPath');
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is asked nothing while a run is under way', async () => {
    busy = true;
    await followFeed(() => busy, logger);
    for (let each = 0; each < 10; each += 1) step();
    // A look that is only on its way is counted by the next test, which expects a single one.
    expect(feed).toMatchObject({ looks: 0, downloads: 0 });
  });

  it('takes nothing that is not what the feed says', async () => {
    busy = false;
    feed.sha512 = sha512(Buffer.from('something else'));
    step();
    await vi.waitFor(() => expect(said).toContain('looking for a newer version failed'), 5000);
    expect(said.join('\n')).toContain('sha512 checksum mismatch');
    expect(feed).toMatchObject({ looks: 1, downloads: 1 });
  });

  it('breaks a download off that a run comes upon, and has the newer version when the run has ended', async () => {
    vi.setSystemTime(Date.now() + 13 * 3_600_000);
    Object.assign(feed, { sha512: sha512(newer), hold: true });
    step();
    await vi.waitFor(() => expect(feed).toMatchObject({ looks: 2, downloads: 2, brokenOff: 0 }), 5000);
    busy = true;
    step();
    await vi.waitFor(() => expect(feed.brokenOff).toBe(1), 5000);
    step();
    expect(feed.downloads).toBe(2);
    Object.assign(feed, { hold: false });
    busy = false;
    await vi.waitFor(() => {
      step();
      expect(said).toContain('a newer version is installed when the program ends');
    }, 5000);
    expect(feed).toMatchObject({ looks: 2, downloads: 3 });
    expect(readFileSync(installed, 'utf8')).toBe('the version before');
  });

  it('installs it when the program ends, and not before', () => {
    app.emit('quit', {}, 0);
    expect(readFileSync(installed).equals(newer)).toBe(true);
    expect(existsSync(`${installed}.started`)).toBe(true);
    expect(readFileSync(`${installed}.started`, 'utf8')).toBe('true');
  });
});
