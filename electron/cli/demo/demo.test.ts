import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { connectPage, openLink } from '../testing/console-client';
import { callDemo, callOnTerminal, recordingBrowser, registered, remains } from './testing/call';
import type { DemoCall } from './testing/call';
import { cloneCheckout } from './testing/clone';
import type { Clone } from './testing/clone';

const small = ['--scale', '0.02'];
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

let clone: Clone;
let calls: DemoCall[] = [];

beforeAll(async () => {
  clone = await cloneCheckout();
});
afterAll(() => clone.remove());
afterEach(() => {
  for (const { child } of calls) child.kill('SIGKILL');
  calls = [];
});

function follow(call: DemoCall): DemoCall {
  calls.push(call);
  return call;
}

const built = (words: readonly string[]): DemoCall =>
  follow(callDemo(clone, process.execPath, ['out/main/demo.js', ...words]));

/** Nothing of it is left: no entry of a server, no temporary folder. */
async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(async () => {
    expect(registered(clone)).toEqual({ pids: [], folders: [] });
    const left = (await readdir(clone.temporary)).filter((name) => /^astro-sync-(?!servers-)/.test(name));
    expect(left).toEqual([]);
  }, 15_000);
}

test('npm run demo: a newcomer in a folder that only he can enter sees all of it pass, and nothing stays', async () => {
  const demo = follow(callDemo(clone, 'npm', ['run', 'demo', '--', ...small, '--exit']));
  expect(await demo.exitCode, demo.err()).toBe(0);

  const text = demo.out();
  expect(text).toMatch(/✓ (\d+) of \1 checks passed in/);
  expect(text).not.toContain('✗');
  const summary = text.slice(text.lastIndexOf('\nStep'));
  expect(summary).toMatch(/First run: full +2,0\d\d rows written, 0 differences/);
  expect(summary).toMatch(/Second run: incremental +\d+ rows written, 0 differences/);
  expect(summary).toMatch(/Third run: nothing left +0 rows written, 0 differences/);
  expect(text).toMatch(/lucia\.fernandez +booking-service +cache +bookings-in/);
  expect(text).toMatch(/marek\.zolkiewski +agency-portal +operations +launches/);
  expect(text).toMatch(/role finance_desk +finance-desk +operations +launches/);
  expect(demo.err()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}bookings {2}succeeded, /m);
  // Without a terminal: no escape sequence, no question, and never a password.
  for (const word of ['\u001b', 'Ctrl-C', 'passfile']) expect(`${demo.raw()}${demo.err()}`).not.toContain(word);
  for (const line of text.split('\n').filter((each) => !each.startsWith('>'))) {
    expect(line.length, line).toBeLessThanOrEqual(100);
  }
  await expectNothingLeft();
});

test('Ctrl-C in the middle of a run ends it at once, and leaves neither server nor folder', async () => {
  const demo = built(['--scale', '0.2', '--exit']);
  await demo.until('First run: full');
  const running = registered(clone);
  expect(running.pids).toHaveLength(2);
  expect(remains(running)).toHaveLength(running.pids.length + running.folders.length);
  demo.child.kill('SIGINT');
  expect(await demo.exitCode).toBe(130);
  expect(demo.err()).toContain('error CANCELLED');
  expect(remains(running)).toEqual([]);
  await expectNothingLeft();
});

test.runIf(hasTerminal)(
  'a card that somebody changes by hand is found; on a terminal the sandbox stays open and the console is offered, until Ctrl-C',
  async () => {
    const browser = await recordingBrowser(clone);
    const demo = follow(callOnTerminal(clone, small, { PATH: browser.path }));
    await demo.until('database cache');
    const port = /Redis \S+ on 127\.0\.0\.1:(\d+)/.exec(demo.out())?.[1];
    const cache = new Redis(`redis://127.0.0.1:${port!}`);
    try {
      await demo.until('Third run');
      for (const card of await cache.keys('launch:*')) await cache.hset(card, 'free_seats', '-1');
    } finally {
      cache.disconnect();
    }
    await demo.until('redis-cli -u ');
    expect(demo.out()).toMatch(/✗ {2}a moved booking gives its seats back to the launch it left {2}not launch /);
    expect(demo.out()).toMatch(/✗ \d+ of \d+ checks passed in/);

    const [, file = ''] = /-e (\S+) -d resources\/datasets\/astrobookings/.exec(demo.out()) ?? [];
    expect(readFileSync(file, 'utf8')).not.toContain('password: ');
    const words = ['-e', file, '-d', 'resources/datasets/astrobookings', '--json'];
    const status = callDemo(clone, process.execPath, ['out/main/cli.js', 'status', ...words]);
    expect(await status.exitCode, status.err()).toBe(0);
    expect(JSON.parse(status.out())).toMatchObject({
      environment: { name: 'demo' },
      datasets: expect.arrayContaining([
        expect.objectContaining({ name: 'launches', baseline: 'current', backlog: 0 }),
      ]),
    });

    await demo.until('Open the console on it in your browser? [Y/n]');
    demo.child.stdin!.write('\r');
    await demo.until('until Ctrl-C.\n');
    const [link = ''] = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(demo.out()) ?? [];
    await vi.waitFor(() => expect(browser.opened()).toEqual([link]));
    const page = await connectPage(await openLink(link));
    expect(await page.call('session.current', {})).toMatchObject({ session: { environment: { name: 'demo' } } });
    expect(await page.call('environment.status', {})).toMatchObject({
      datasets: expect.arrayContaining([expect.objectContaining({ name: 'launches', backlog: 0 })]),
    });
    const info = await page.call('app.info', {});
    expect(info.data_folder).toContain(clone.temporary);
    expect(info.temporary).toBe(true);
    expect(demo.out()).toContain('Environments and settings that are saved in it go with the sandbox.');
    page.close();

    const running = registered(clone);
    expect(running.pids).toHaveLength(2);
    demo.child.stdin!.write('\u0003');
    expect(await demo.exitCode).toBe(1);
    expect(remains(running)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  },
);

test('--help and wrong words start nothing', async () => {
  const [help, wrong] = [built(['--help']), built(['--scale', 'much'])];
  expect(await help.exitCode).toBe(0);
  expect(help.out()).toContain('--scale <n>');
  expect(await wrong.exitCode).toBe(2);
  expect(wrong.err()).toMatch(/^error USAGE: --scale much: .*\nhint: /m);
  expect(existsSync(join(clone.temporary, `astro-sync-servers-${String(process.getuid?.() ?? 0)}`))).toBe(false);
  await expectNothingLeft();
});
