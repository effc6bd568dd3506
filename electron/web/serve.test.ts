import { writeFile } from 'node:fs/promises';
import { connect, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { serveConsole } from './serve';
import { next, openServed, started } from './testing/served-web';
import type { ServedWeb } from './testing/served-web';

/** Addresses by which other computers reach this one. */
const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses = []) => addresses)
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);

/** What a browser says of a link on a page of others that is followed. */
const linked = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' } as const;

const listening = vi.spyOn(Server.prototype, 'listen');
let web: ServedWeb;

beforeEach(async () => {
  listening.mockClear();
  web = await openServed();
});

afterEach(() => web.close());

/** A file that a page has asked for; where it may be fetched. */
async function offered(cookie: string): Promise<string> {
  const opened = (await web.socket({ cookie, origin: `http://${web.host}` })) as WebSocket;
  opened.send(JSON.stringify({ kind: 'call', id: 1, method: 'app.supportBundle', input: {} }));
  const frame = (await next(opened)) as unknown as { outcome: { value: { download: string } } };
  opened.close();
  return frame.outcome.value.download;
}

/** What whoever knocks at the port hears at another address of this computer. */
function reach(address: string): Promise<'answered' | 'refused'> {
  return new Promise((settle) => {
    const wire = connect(web.served.port, address, () => {
      wire.destroy();
      settle('answered');
    });
    wire.on('error', () => {
      settle('refused');
    });
  });
}

describe('the link', () => {
  it('lets one browser in: a cookie that no script reads and no other site sends, and the page without the token', async () => {
    const { status, headers } = await web.get(`/?token=${web.token}`);
    expect(status).toBe(302);
    expect(headers['location']).toBe('/');
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^astro_sync_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/u),
    ]);
    expect(headers['set-cookie']?.[0]).not.toContain(web.token);
  });

  it('works once', async () => {
    await web.letIn();
    expect((await web.get(`/?token=${web.token}`)).status).toBe(401);
  });

  it('opens nothing without the token, with a wrong one or with a method that changes something', async () => {
    for (const path of [
      '/',
      '/index.html',
      '/ws',
      '/assets/x.js',
      '/downloads/x',
      '/?token=',
      `/?token=${web.token.slice(1)}`,
    ])
      expect((await web.get(path)).status, path).toBe(401);
    expect((await web.get(`/?token=${web.token}`, {}, 'POST')).status).toBe(401);
    expect((await web.get(`/?token=${web.token}`, {}, 'HEAD')).status).toBe(401);
    expect((await web.get(`/?token=${web.token}`)).status).toBe(302);
  });

  it.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1'])(
    'is not spent by a request for another host: %j',
    async (other) => {
      const refused = await web.get(`/?token=${web.token}`, { host: other });
      expect(refused.status).toBe(403);
      expect(refused.headers['set-cookie']).toBeUndefined();
      expect((await web.get(`/?token=${web.token}`)).status).toBe(302);
    },
  );

  it('is for this computer alone', () => {
    expect(web.served.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/u);
    expect(listening.mock.results.map(({ value }) => (value as Server).address())).toEqual([
      { address: '127.0.0.1', family: 'IPv4', port: web.served.port },
    ]);
  });

  it.skipIf(elsewhere.length === 0)('is not answered at the address that others reach this computer by', async () => {
    for (const address of elsewhere) expect(await reach(address), address).toBe('refused');
    expect(await reach('127.0.0.1')).toBe('answered');
  });

  it('lets in whoever follows it on a page of others, so that the cookie comes along with what follows', async () => {
    const { status, headers } = await web.get(`/?token=${web.token}`, linked);
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
    const refused = await web.get(`/?token=${web.token}`, headers);
    expect(refused.status).toBe(403);
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect((await web.get(`/?token=${web.token}`)).status).toBe(302);
  });
});

describe('with the cookie', () => {
  it('the page is served, and nothing outside of it, and no list of it', async () => {
    const cookie = await web.letIn();
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
      const { status, body } = await web.get(path, { cookie });
      expect([400, 404], path).toContain(status);
      expect(body).not.toContain('"name"');
    }
  });

  it('every answer is under the policy, and is kept and used by no one else', async () => {
    const cookie = await web.letIn();
    const answers = [
      await web.get('/', { cookie }),
      await web.get('/nothing', { cookie }),
      await web.get('/'),
      await web.get(await offered(cookie), { cookie }),
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
    const cookie = await web.letIn();
    const download = await offered(cookie);
    for (const path of ['/', '/index.html', download]) {
      const { status, body } = await web.get(path, { cookie, ...headers });
      expect([path, status]).toEqual([path, 403]);
      expect(body).not.toContain('<');
    }
    expect((await web.get(download, { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  it('another browser is let in by a link that is asked for, once', async () => {
    const asked = await web.page();
    asked.send(JSON.stringify({ kind: 'call', id: 1, method: 'app.anotherLink', input: {} }));
    const frame = (await next(asked)) as unknown as { outcome: { value: { link: string } } };
    const { pathname, search, origin } = new URL(frame.outcome.value.link);
    expect(origin).toBe(`http://${web.host}`);
    const { status, headers } = await web.get(pathname + search);
    expect([status, headers['set-cookie']?.length]).toEqual([302, 1]);
    expect((await web.get(pathname + search)).status).toBe(401);
    asked.close();
  });

  it('only reading is answered', async () => {
    const cookie = await web.letIn();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await web.get('/', { cookie }, method)).status).toBe(405);
  });

  it('a file is fetched once', async () => {
    const cookie = await web.letIn();
    const download = await offered(cookie);
    expect((await web.get(download)).status).toBe(401);
    expect((await web.get(download, { cookie }, 'HEAD')).status).toBe(404);
    const first = await web.get(download, { cookie });
    expect(first.status).toBe(200);
    expect(first.headers['content-disposition']).toMatch(/^attachment; filename="astro-sync-support-.*\.tar\.gz"$/u);
    expect((await web.get(download, { cookie })).status).toBe(404);
  });
});

describe('a data folder that cannot be used', () => {
  it('is said in words', async () => {
    const file = join(web.folder, 'a-file');
    await writeFile(file, '');
    await expect(serveConsole({ ...started, dataFolder: join(file, 'below') })).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      hint: expect.stringContaining('ASTRO_SYNC_HOME'),
    });
  });
});
