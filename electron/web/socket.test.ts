import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { draftWith } from '../console/testing/drafts';
import { limits } from '../../shared/contract/wire';
import { next, openServed } from './testing/served-web';
import type { ServedWeb } from './testing/served-web';

let web: ServedWeb;

beforeEach(async () => {
  web = await openServed();
});

afterEach(() => web.close());

function closedWith(opened: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    opened.on('close', resolve);
  });
}

describe('/ws', () => {
  it('is refused without the cookie, from another origin, for another host, and elsewhere', async () => {
    const cookie = await web.letIn();
    const origin = `http://${web.host}`;
    expect(await web.socket({ origin })).toBe(401);
    expect(await web.socket({ cookie })).toBe(401);
    expect(await web.socket({ cookie, origin: 'http://evil.example' })).toBe(401);
    expect(await web.socket({ cookie, origin: origin.replace('http:', 'https:') })).toBe(401);
    expect(await web.socket({ cookie, origin, host: 'evil.example' })).toBe(401);
    expect(await web.socket({ cookie: `${cookie}x`, origin })).toBe(401);
    expect(await web.socket({ cookie, origin }, '/other')).toBe(401);
    const opened = await web.socket({ cookie, origin });
    expect(opened).toBeInstanceOf(WebSocket);
    (opened as WebSocket).close();
  });

  it('answers methods of the contract and no other', async () => {
    const opened = await web.page();
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
        const wire = connect(web.served.port, '127.0.0.1', () => {
          wire.write(`GET /ws HTTP/1.1\r\nHost: ${web.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
          setImmediate(() => wire.resetAndDestroy());
        });
        wire.on('error', () => undefined);
        wire.on('close', () => {
          gone();
        });
      });
    }
    expect((await web.get('/')).status).toBe(401);
  });

  it('ends a page that asks on and on and reads nothing', async () => {
    const opened = await web.page();
    const closed = closedWith(opened);
    const profiles = Array.from({ length: 200 }, (_, index) => draftWith({ name: `e${String(index)}` }));
    const text = JSON.stringify({ kind: 'astro-sync-profiles', version: 1, profiles });
    opened.send(JSON.stringify({ kind: 'call', id: 0, method: 'profiles.import', input: { text, trust: false } }));
    await next(opened);
    let answers = 0;
    opened.on('message', () => (answers += 1));
    opened.pause();
    const asked = 1_500;
    for (let id = 1; id <= asked; id += 1) {
      opened.send(JSON.stringify({ kind: 'call', id, method: 'profiles.list', input: {} }));
      // Fewer at a time than may be under way.
      if (id % 50 === 0) await web.get('/');
    }
    opened.resume();
    expect(await closed).toBe(1006);
    expect(answers).toBeLessThan(asked);
  });

  it('does nothing of what comes behind a frame that it refused', async () => {
    const cookie = await web.letIn();
    const origin = `http://${web.host}`;
    const opened = (await web.socket({ cookie, origin })) as WebSocket;
    const closed = closedWith(opened);
    opened.send('hello');
    opened.send(JSON.stringify({ kind: 'call', id: 1, method: 'settings.set', input: { density: 'compact' } }));
    expect(await closed).toBe(1008);
    const again = (await web.socket({ cookie, origin })) as WebSocket;
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
    const opened = await web.page();
    opened.send(sent);
    expect(await closedWith(opened)).toBe(code);
  });
});
