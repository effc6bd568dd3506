import { expectPolicyHolds } from '../policy';
import { ask, expect, heldTo, test } from './desktop';

test('the page is not privileged', async ({ desktop }) => {
  const { packaged, preferences } = await heldTo(desktop);
  expect(preferences).toMatchObject([
    {
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      devTools: !packaged,
    },
  ]);
});

test('the page sees one frozen object of the privileged side, and nothing else of it', async ({
  desktop: { page },
}) => {
  const seen = await page.evaluate(() => {
    const bridge = (window as unknown as { astroSync: Record<string, object> }).astroSync;
    const descriptor = Object.getOwnPropertyDescriptor(window, 'astroSync');
    const attempt = (what: () => void): string => {
      try {
        what();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    };
    return {
      keys: Object.keys(bridge),
      wire: Object.keys(bridge['wire']!),
      frozen: Object.isFrozen(bridge) && Object.isFrozen(bridge['wire']),
      fixed: descriptor?.configurable === false && descriptor.writable !== true,
      replaced: attempt(() => {
        'use strict';
        Object.assign(bridge['wire']!, { invoke: () => null });
      }),
      globals: ['require', 'process', 'module', 'electron', 'Buffer', 'global'].filter((name) => name in window),
      // The name that the double's own channel has: on the real Electron it is nowhere anyway.
      channel: Object.getOwnPropertyNames(window).filter((name) => /ipc|electron/iu.test(name)),
    };
  });
  expect(seen).toEqual({
    keys: ['platform', 'wire'],
    wire: ['invoke', 'subscribe', 'onConnection'],
    frozen: true,
    fixed: true,
    replaced: 'TypeError',
    globals: [],
    channel: [],
  });
});

test('the page loads under its content security policy without a complaint', async ({ desktop: { page } }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.reload();
  await expect(page.locator('#root > *').first()).toBeVisible();
  expect(complaints).toEqual([]);
});

test('the policy refuses inline scripts, styles, eval and other origins', async ({ desktop: { page } }) => {
  await expectPolicyHolds(page);
  await page.reload();
});

test('the page leads nowhere else', async ({ desktop: { page } }) => {
  const home = page.url();
  for (const address of ['https://example.org/', 'http://127.0.0.1:9/', 'app://elsewhere/']) {
    for (const way of ['link', 'location'] as const) {
      await page.evaluate(
        ([target, by]) => {
          if (by === 'location') {
            window.location.href = target;
            return;
          }
          const link = document.createElement('a');
          link.href = target;
          document.body.append(link);
          link.click();
          link.remove();
        },
        [address, way] as const,
      );
      await page.waitForTimeout(100);
      expect(page.url(), `${way} to ${address}`).toBe(home);
    }
  }
});

test('the page opens no window', async ({ desktop: { app, page } }) => {
  await page.evaluate(() => {
    setTimeout(() => window.open('https://example.org/'));
  });
  // Nothing tells of what does not happen: it would have by then.
  await page.waitForTimeout(1000);
  await expect.poll(() => app.windows().length).toBe(1);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('the page is given no permission', async ({ desktop: { page } }) => {
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'] as PermissionName[];
    const queried = await Promise.all(
      names.map(async (name) => [name, (await navigator.permissions.query({ name })).state]),
    );
    return { ...Object.fromEntries(queried), asked: await Notification.requestPermission() } as Record<string, string>;
  });
  expect(new Set(Object.values(states))).toEqual(new Set(['denied']));
});

test('the protocol of the page serves its own files alone', async ({ desktop: { page } }) => {
  const statuses = await page.evaluate(async () => {
    const paths = [
      '/',
      '/index.html',
      '/%2e%2e/main/index.js',
      '/..%2fmain%2findex.js',
      '/..%5cmain%5cindex.js',
      '/assets/',
    ];
    const answers: [string, number][] = [];
    for (const path of paths) answers.push([path, (await fetch(path)).status]);
    answers.push(['POST /', (await fetch('/', { method: 'POST' })).status]);
    return Object.fromEntries(answers);
  });
  expect(statuses).toEqual({
    '/': 200,
    '/index.html': 200,
    '/%2e%2e/main/index.js': 404,
    '/..%2fmain%2findex.js': 404,
    '/..%5cmain%5cindex.js': 404,
    '/assets/': 404,
    'POST /': 404,
  });
});

test('the host answers the page, and refuses what the contract does not know', async ({ desktop: { page } }) => {
  expect(await ask(page, 'app.info', {})).toMatchObject({ ok: true, value: { host: 'desktop', operator: 'olga' } });
  expect(await ask(page, 'app.info', { more: 1 })).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  expect(await ask(page, 'shell.run', {})).toMatchObject({ ok: false, error: { code: 'METHOD_UNKNOWN' } });
  expect(await ask(page, 7, {})).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
  expect(await ask(page, '__proto__', {})).toMatchObject({ ok: false, error: { code: 'METHOD_UNKNOWN' } });
  expect(await ask(page, 'app.info', 'x'.repeat(1_048_576))).toMatchObject({
    ok: false,
    error: { code: 'INPUT_INVALID' },
  });
});

test('no address but https of the list is opened', async ({ desktop: { app, page } }) => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  for (const url of [
    'https://example.org/',
    'http://github.com/',
    'file:///etc/passwd',
    'https://github.com.example.org/',
  ]) {
    expect(await ask(page, 'app.openExternal', { url }), url).toMatchObject({ ok: false });
  }
  expect(await ask(page, 'app.openExternal', { url: 'https://www.postgresql.org/docs/' })).toMatchObject({ ok: true });
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([
    'https://www.postgresql.org/docs/',
  ]);
});
