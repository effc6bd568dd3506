import { EventEmitter } from 'node:events';
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import { ipcChannels } from '../../shared/contract/ipc';
import { limits } from '../../shared/contract/wire';
import type { AnswerFrame, Outcome } from '../../shared/contract/wire';
import { createHub } from '../console/events/hub';
import { serveIpc } from './ipc';

const hub = createHub();
const dispatched: unknown[] = [];
let ask: (event: unknown, request: unknown) => Promise<string>;
let listening: boolean[];

/** As Electron tells who asks. */
function sender(url: string, ours = true) {
  const mainFrame = { url, parent: null };
  const sent: string[] = [];
  const contents = Object.assign(new EventEmitter(), {
    mainFrame,
    ours,
    isDestroyed: () => false,
    send: (_channel: string, text: string) => sent.push(text),
  });
  return { contents, sent, event: { sender: contents, senderFrame: mainFrame as unknown } };
}

beforeEach(() => {
  dispatched.length = 0;
  listening = [];
  serveIpc({
    ipcMain: {
      handle(channel, listener) {
        expect(channel).toBe(ipcChannels.call);
        ask = (event, request) => Promise.resolve(listener(event as IpcMainInvokeEvent, request)) as Promise<string>;
      },
    },
    console: {
      hub,
      dispatch: (method, input) => {
        dispatched.push([method, input]);
        const value = method === 'large' ? 'x'.repeat(limits.answer) : 'done';
        return Promise.resolve<Outcome>({ ok: true, value });
      },
    },
    origin: 'app://console',
    ours: (contents: WebContents) => (contents as unknown as { ours: boolean }).ours,
    onListening: (now) => listening.push(now),
  });
});

const call = JSON.stringify({ kind: 'call', id: 1, method: 'app.info', input: {} });

test('hands what our page asks to the console', async () => {
  expect(await ask(sender('app://console/').event, call)).toBe('{"ok":true,"value":"done"}');
  expect(dispatched).toEqual([['app.info', {}]]);
});

test.each([
  ['another origin of the same scheme', sender('app://evil/').event],
  ['a web page', sender('https://console/').event],
  ['an empty page', sender('about:blank').event],
  ['another window', sender('app://console/', false).event],
  ['a frame that is gone', { ...sender('app://console/').event, senderFrame: null }],
  [
    'a frame within the page',
    { ...sender('app://console/').event, senderFrame: { url: 'app://console/', parent: {} } },
  ],
  [
    'a main frame of other contents',
    { ...sender('app://console/').event, senderFrame: { url: 'app://console/', parent: null } },
  ],
])('refuses %s', async (_who, event) => {
  expect(JSON.parse(await ask(event, call))).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  expect(dispatched).toEqual([]);
});

test.each([
  ['no text', { kind: 'call', id: 1, method: 'app.info', input: {} }],
  ['nothing', undefined],
  ['no JSON', '{'],
  ['no frame', '[]'],
  ['an unknown kind', '{"kind":"eval","code":"1"}'],
  ['unknown fields', '{"kind":"call","id":1,"method":"app.info","input":{},"more":1}'],
  ['too many characters', JSON.stringify({ kind: 'call', id: 1, method: 'a', input: 'x'.repeat(limits.request) })],
  ['too many bytes', JSON.stringify({ kind: 'call', id: 1, method: 'a', input: 'é'.repeat(limits.request / 2) })],
])('refuses %s', async (_what, request) => {
  expect(JSON.parse(await ask(sender('app://console/').event, request))).toMatchObject({ ok: false });
  expect(dispatched).toEqual([]);
});

test('does not send an answer that is larger than a page can take', async () => {
  const large = JSON.stringify({ kind: 'call', id: 1, method: 'large', input: {} });
  expect(JSON.parse(await ask(sender('app://console/').event, large))).toMatchObject({
    ok: false,
    error: { code: 'ANSWER_TOO_LARGE' },
  });
});

const subscribe = (after: { host: string; seq: number } | null): string => JSON.stringify({ kind: 'subscribe', after });
const framesOf = (sent: readonly string[]) => sent.map((text) => JSON.parse(text) as AnswerFrame);

test('sends events to a page that subscribed, once each, until it is loaded anew', async () => {
  const { contents, event, sent } = sender('app://console/');
  await ask(event, subscribe(null));
  await ask(event, subscribe(null));
  sent.length = 0;
  hub.publish({ type: 'settings' });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(framesOf(sent)).toMatchObject([{ kind: 'events', events: [{ event: { type: 'settings' } }] }]);
  contents.emit('did-navigate');
  expect(hub.isHeard()).toBe(false);
  expect(listening.at(-1)).toBe(false);
});

test('ends a subscription once, whatever happens to its page afterwards', async () => {
  const { contents, event } = sender('app://console/');
  await ask(event, subscribe(null));
  for (const gone of ['did-navigate', 'render-process-gone', 'destroyed']) contents.emit(gone);
  expect(listening).toEqual([true, false]);
});

test('a page that was loaded anew goes on after the last event that it saw, and knows the run under way', async () => {
  const { contents, event, sent } = sender('app://console/');
  await ask(event, subscribe(null));
  hub.publish({ type: 'stall', run: 'r', since: '2026-01-01T00:00:00Z' });
  await vi.waitFor(() => expect(framesOf(sent).at(-1)).toMatchObject({ kind: 'events' }));
  const seen = framesOf(sent)
    .flatMap((frame) => (frame.kind === 'events' ? frame.events : []))
    .at(-1)!.seq;
  contents.emit('did-navigate');
  hub.publish({ type: 'navigate', path: '/queue' });
  sent.length = 0;
  await ask(event, subscribe({ host: hub.host, seq: seen }));
  await vi.waitFor(() =>
    expect(framesOf(sent).flatMap((frame) => (frame.kind === 'events' ? frame.events : []))).toEqual([
      { seq: seen + 1, event: { type: 'navigate', path: '/queue' } },
    ]),
  );
  expect(framesOf(sent)).toContainEqual({ kind: 'subscribed', host: hub.host, seq: seen, complete: true });
  expect(framesOf(sent)).toContainEqual({
    kind: 'live',
    runs: { r: { status: null, datasets: {}, stalledSince: '2026-01-01T00:00:00Z' } },
  });
  contents.emit('destroyed');
});
