import { request as httpRequest } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../../shared/contract/wire';
import type { AnswerFrame } from '../../shared/contract/wire';
import { serveConsole } from './serve';
import type { ServedConsole } from './serve';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Addresses by which other computers reach this one. */
const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses = []) => addresses)
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);

/** What a browser says of a link on a page of others that is followed. */
const linked = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' } as const;

const listening = vi.spyOn(Server.prototype, 'listen');
let folder: string;
let served: ServedConsole;
let host: string;
let token: string;

beforeEach(async () => {
  listening.mockClear();
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-web-'));
  served = await serveConsole({
    port: 0,
    caller: { operator: 'olga', host: 'test', application: 'test' },
    version: '0',
    dataFolder: folder,
    webhook: null,
    onScreen: false,
    opening: null,
  });
  const link = new URL(served.link);
  host = link.host;
  token = link.searchParams.get('token') ?? '';
});

afterEach(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request whose headers are all ours: fetch would not let us say another Host, nor send `..` as it is. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: served.port, path, method, headers: { host, ...headers } };
    const request = httpRequest(options, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

async function letIn(): Promise<string> {
  const { headers } = await get(`/?token=${token}`);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** Opens /ws; gives the socket, or the status with which it was refused. */
function socket(headers: Readonly<Record<string, string>>, path = '/ws'): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const opened = new WebSocket(`ws://127.0.0.1:${String(served.port)}${path}`, { headers });
    opened.on('open', () => {
      resolve(opened);
    });
    opened.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
    opened.on('error', reject);
  });
}

async function page(): Promise<WebSocket> {
  const opened = await socket({ cookie: await letIn(), origin: `http://${host}` });
  if (typeof opened === 'number') throw new Error(String(opened));
  return opened;
}

/** A file that a page has asked for; where it may be fetched. */
async function offered(cookie: string): Promise<string> {
  const opened = (await socket({ cookie, origin: `http://${host}` })) as WebSocket;
  opened.send(JSON.stringify({ kind: 'call', id: 1, method: 'app.supportBundle', input: {} }));
  const frame = (await next(opened)) as unknown as { outcome: { value: { download: string } } };
  opened.close();
  return frame.outcome.value.download;
}

/** What whoever knocks at the port hears at another address of this computer. */
function reach(address: string): Promise<'answered' | 'refused'> {
  return new Promise((settle) => {
    const wire = connect(served.port, address, () => {
      wire.destroy();
      settle('answered');
    });
    wire.on('error', () => {
      settle('refused');
    });
  });
}

function closedWith(opened: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    opened.on('close', resolve);
  });
}

function next(opened: WebSocket): Promise<AnswerFrame> {
  return new Promise((resolve) => {
    opened.once('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()) as AnswerFrame);
    });
  });
}

describe('the link', () => {
  it('lets one browser in: a cookie that no script reads and no other site sends, and the page without the token', async () => {
    const { status, headers } = await get(`/?token=${token}`);
    expect(status).toBe(302);
    expect(headers['location']).toBe('/');
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^astro_sync_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/u),
    ]);
    expect(headers['set-cookie']?.[0]).not.toContain(token);
  });

  it('works once', async () => {
    await letIn();
    expect((await get(`/?token=${token}`)).status).toBe(401);
  });

  it('opens nothing without the token, with a wrong one or with a method that changes something', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/ws',
      '/assets/x.js',
      '/downloads/x',
      '/?token=',
      `/?token=${token.slice(1)}`,
    ])
      expect((await get(path)).status, path).toBe(401);
    expect((await get(`/?token=${token}`, {}, 'POST')).status).toBe(401);
    expect((await get(`/?token=${token}`, {}, 'HEAD')).status).toBe(401);
    expect((await get(`/?token=${token}`)).status).toBe(302);
  });

  it.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1'])(
    'is not spent by a request for another host: %j',
    async (other) => {
      const refused = await get(`/?token=${token}`, { host: other });
      expect(refused.status).toBe(403);
      expect(refused.headers['set-cookie']).toBeUndefined();
      expect((await get(`/?token=${token}`)).status).toBe(302);
    },
  );

  it('is for this computer alone', () => {
    expect(served.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/u);
    expect(listening.mock.results.map(({ value }) => (value as Server).address())).toEqual([
      { address: '127.0.0.1', family: 'IPv4', port: served.port },
    ]);
  });

  it.skipIf(elsewhere.length === 0)('is not answered at the address that others reach this computer by', async () => {
    for (const address of elsewhere) expect(await reach(address), address).toBe('refused');
    expect(await reach('127.0.0.1')).toBe('answered');
  });

  it('lets in whoever follows it on a page of others, so that the cookie comes along with what follows', async () => {
    const { status, headers } = await get(`/?token=${token}`, linked);
    expect(status).toBe(200);
    expect(headers['refresh']).toBe('0; url=/');
    expect(headers['set-cookie']).toHaveLength(1);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['an Origin of others', { origin: 'http://127.0.0.1:1' }],
    ['no Origin to name', { origin: 'null' }],
    ['another site, for an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['another port of this computer', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['another site, for a frame', { ...linked, 'sec-fetch-dest': 'iframe' }],
  ])('is not spent by a request of %s', async (_what, headers) => {
    const refused = await get(`/?token=${token}`, headers);
    expect(refused.status).toBe(403);
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect((await get(`/?token=${token}`)).status).toBe(302);
  });
});

describe('with the cookie', () => {
  it('the page is served, and nothing outside of it, and no list of it', async () => {
    const cookie = await letIn();
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/assets/../../main/cli.js',
      '/assets/',
      '/assets',
      '/..\\..\\package.json',
      '//etc/passwd',
      '/downloads/x',
    ]) {
      const { status, body } = await get(path, { cookie });
      expect([400, 404], path).toContain(status);
      expect(body).not.toContain('"name"');
    }
  });

  it('every answer is under the policy, and is kept and used by no one else', async () => {
    const cookie = await letIn();
    const answers = [
      await get('/', { cookie }),
      await get('/nothing', { cookie }),
      await get('/'),
      await get(await offered(cookie), { cookie }),
    ];
    for (const answer of answers) {
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['an image on a page at another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['a script of it that asks', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
    ['a link of it', { ...linked, 'sec-fetch-site': 'same-site' }],
  ])('nothing is given to %s, though the browser sends the cookie along', async (_what, headers) => {
    const cookie = await letIn();
    const download = await offered(cookie);
    for (const path of ['/', '/index.html', download]) {
      const { status, body } = await get(path, { cookie, ...headers });
      expect([path, status]).toEqual([path, 403]);
      expect(body).not.toContain('<');
    }
    expect((await get(download, { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('another browser is let in by a link that is asked for, once', async () => {
    const asked = await page();
    asked.send(JSON.stringify({ kind: 'call', id: 1, method: 'app.anotherLink', input: {} }));
    const frame = (await next(asked)) as unknown as { outcome: { value: { link: string } } };
    const { pathname, search, origin } = new URL(frame.outcome.value.link);
    expect(origin).toBe(`http://${host}`);
    const { status, headers } = await get(pathname + search);
    expect([status, headers['set-cookie']?.length]).toEqual([302, 1]);
    expect((await get(pathname + search)).status).toBe(401);
    asked.close();
  });

  it('only reading is answered', async () => {
    const cookie = await letIn();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await get('/', { cookie }, method)).status).toBe(405);
  });

  it('a file is fetched once', async () => {
    const cookie = await letIn();
    const download = await offered(cookie);
    expect((await get(download)).status).toBe(401);
    expect((await get(download, { cookie }, 'HEAD')).status).toBe(404);
    const first = await get(download, { cookie });
    expect(first.status).toBe(200);
    expect(first.headers['content-disposition']).toMatch(/^attachment; filename="astro-sync-support-.*\.tar\.gz"$/u);
    expect((await get(download, { cookie })).status).toBe(404);
  });
});

describe('/ws', () => {
  it('is refused without the cookie, from another origin, for another host, and elsewhere', async () => {
    const cookie = await letIn();
    const origin = `http://${host}`;
    expect(await socket({ origin })).toBe(401);
    expect(await socket({ cookie })).toBe(401);
    expect(await socket({ cookie, origin: 'http://evil.example' })).toBe(401);
    expect(await socket({ cookie, origin: origin.replace('http:', 'https:') })).toBe(401);
    expect(await socket({ cookie, origin, host: 'evil.example' })).toBe(401);
    expect(await socket({ cookie: `${cookie}x`, origin })).toBe(401);
    expect(await socket({ cookie, origin }, '/other')).toBe(401);
    const opened = await socket({ cookie, origin });
    expect(opened).toBeInstanceOf(WebSocket);
    (opened as WebSocket).close();
  });

  it('answers methods of the contract and no other', async () => {
    const opened = await page();
    opened.send(JSON.stringify({ kind: 'call', id: 7, method: 'session.current', input: {} }));
    const value = { session: null, unreachable: null };
    expect(await next(opened)).toEqual({ kind: 'answer', id: 7, outcome: { ok: true, value } });
    opened.send(JSON.stringify({ kind: 'call', id: 8, method: 'constructor', input: {} }));
    expect(await next(opened)).toMatchObject({ id: 8, outcome: { ok: false, error: { code: 'METHOD_UNKNOWN' } } });
    opened.close();
  });

  it('refuses whoever is gone before they hear of it, and goes on', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await new Promise<void>((gone) => {
        const wire = connect(served.port, '127.0.0.1', () => {
          wire.write(`GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
          setImmediate(() => wire.resetAndDestroy());
        });
        wire.on('error', () => undefined);
        wire.on('close', () => {
          gone();
        });
      });
    }
    expect((await get('/')).status).toBe(401);
  });

  it('does nothing of what comes behind a frame that it refused', async () => {
    const cookie = await letIn();
    const origin = `http://${host}`;
    const opened = (await socket({ cookie, origin })) as WebSocket;
    const closed = closedWith(opened);
    opened.send('hello');
    opened.send(JSON.stringify({ kind: 'call', id: 1, method: 'settings.set', input: { density: 'compact' } }));
    expect(await closed).toBe(1008);
    const again = (await socket({ cookie, origin })) as WebSocket;
    again.send(JSON.stringify({ kind: 'call', id: 2, method: 'settings.get', input: {} }));
    expect(await next(again)).toMatchObject({ outcome: { value: { density: 'comfortable' } } });
    again.close();
  });

  it.each([
    ['no JSON', 'hello', 1008],
    ['another shape', '{"kind":"call"}', 1008],
    ['more than the contract knows', '{"kind":"subscribe","after":null,"more":1}', 1008],
    ['bytes', Buffer.from([1, 2, 3]), 1003],
    ['too much', 'x'.repeat(limits.request + 1), 1009],
  ])('ends a connection that sends %s', async (_what, sent, code) => {
    const opened = await page();
    opened.send(sent);
    expect(await closedWith(opened)).toBe(code);
  });
});

describe('a data folder that cannot be used', () => {
  it('is said in words', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(
      serveConsole({
        port: 0,
        caller: { operator: 'olga', host: 'test', application: 'test' },
        version: '0',
        dataFolder: join(file, 'below'),
        webhook: null,
        onScreen: false,
        opening: null,
      }),
    ).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN', hint: expect.stringContaining('ASTRO_SYNC_HOME') });
  });
});
