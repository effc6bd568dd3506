import { EventEmitter } from 'node:events';
import type { App, Session } from 'electron';
import { beforeEach, expect, test } from 'vitest';
import { guardContents } from './guard';

const home = 'app://console';
interface Opened {
  readonly action: string;
}
type Asked = (contents: unknown, permission: string, answer: (granted: boolean) => void, details: object) => void;

/** What Electron calls back with; what is not set up here is allowed, as Electron does. */
let contents: EventEmitter & { open: (details: { url: string }) => Opened };
let session: EventEmitter & {
  device: () => boolean;
  request: Asked;
  check: (contents: unknown, permission: string, origin: string) => boolean;
};
let told: string[];

beforeEach(() => {
  const app = new EventEmitter();
  told = [];
  session = Object.assign(new EventEmitter(), {
    device: () => true,
    request: (_contents: unknown, _permission: string, answer: (granted: boolean) => void) => {
      answer(true);
    },
    check: () => true,
    setPermissionRequestHandler: (handler: Asked) => void (session.request = handler),
    setPermissionCheckHandler: (handler: typeof session.check) => void (session.check = handler),
    setDevicePermissionHandler: (handler: () => boolean) => void (session.device = handler),
  });
  contents = Object.assign(new EventEmitter(), {
    open: () => ({ action: 'allow' }),
    setWindowOpenHandler: (handler: typeof contents.open) => void (contents.open = handler),
  });
  guardContents(app as unknown as App, session as unknown as Session, home, (what) => told.push(what));
  app.emit('web-contents-created', {}, contents);
});

/** Whether something that happens is held up. */
function heldUp(by: EventEmitter, name: string, url = ''): boolean {
  const event = new Event(name, { cancelable: true });
  Object.defineProperty(event, 'url', { value: url });
  by.emit(name, event);
  return event.defaultPrevented;
}

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s leads nowhere but home', (name) => {
  const addresses = [
    'https://example.org/',
    'http://127.0.0.1:9/',
    'app://elsewhere/',
    'app://console.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'nothing',
  ];
  for (const address of addresses) expect([address, heldUp(contents, name, address)]).toEqual([address, true]);
  expect(told).toHaveLength(addresses.length);
  expect(heldUp(contents, name, `${home}/#/overview`)).toBe(false);
});

test('no page is embedded, no window opened, nothing downloaded', () => {
  expect(heldUp(contents, 'will-attach-webview')).toBe(true);
  for (const url of ['https://example.org/', `${home}/`]) expect(contents.open({ url })).toEqual({ action: 'deny' });
  expect(heldUp(session, 'will-download')).toBe(true);
  expect(told).toEqual(['webview', 'window for https://example.org', `window for ${home}`, 'download']);
});

test('no device is given, and no permission but that of our own page to put text on the clipboard', () => {
  const asked = (permission: string, requestingUrl: string): boolean | null => {
    let given: boolean | null = null;
    session.request(contents, permission, (granted) => (given = granted), { requestingUrl });
    return given;
  };
  expect(session.device()).toBe(false);
  for (const permission of ['media', 'geolocation', 'notifications', 'hid', 'usb', 'clipboard-read', 'fullscreen']) {
    expect([permission, asked(permission, `${home}/`)]).toEqual([permission, false]);
    expect([permission, session.check(contents, permission, home)]).toEqual([permission, false]);
  }
  expect(asked('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
  expect(session.check(contents, 'clipboard-sanitized-write', 'https://example.org')).toBe(false);
  expect(asked('clipboard-sanitized-write', `${home}/`)).toBe(true);
  expect(session.check(contents, 'clipboard-sanitized-write', home)).toBe(true);
});
