import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { connectionTo, draftWith } from '../../electron/console/testing/drafts';
import { heldUp, inSmallBatches } from '../console/held-run';
import type { Servers } from '../console/servers';
import { bringIntoLine, sync } from '../console/steps';
import { ask, expect, notices, startDesktop, test } from './desktop';
import type { Desktop } from './desktop';

let home: string;
let desktop: Desktop;
let child: ReturnType<Desktop['app']['process']>;
let lastRun = '';
let holder: pg.Client | null = null;

/** Starts the desktop on the data folder that it had before. */
async function start(words: readonly string[]): Promise<void> {
  // What a program that is killed leaves of itself lies in the folder of this spec.
  desktop = await startDesktop(home, words, { TMPDIR: home });
  child = desktop.app.process();
}

const startOn = ({ files }: Servers): Promise<void> => start(['-e', files.environment, '-d', join(home, 'datasets')]);

/** A run of travelers that has written some and gets no further. @returns its id */
async function runThatIsHeldUp(servers: Servers): Promise<string> {
  const { page } = desktop;
  await page.evaluate(() => (window.location.hash = '#/overview'));
  holder = await heldUp(servers);
  await sync(page, 'travelers');
  await expect(page.getByRole('progressbar', { name: 'Progress of travelers' })).toHaveAttribute(
    'aria-valuetext',
    /^[1-9]\d* of [1-9]\d*$/,
  );
  return /runs\/([^/?]+)/.exec(page.url())?.[1] ?? '';
}

/** Keeps the environment of the servers as a profile of that name. */
async function keepProfile(name: string, { postgres, redis, roles }: Servers): Promise<void> {
  const { host, port } = postgres;
  const of = (database: string) =>
    connectionTo({ host, port, database, user: roles.operator.name, connect_timeout_s: 10 });
  const cache = { host: redis.host, port: redis.port, database: '0', user: '', secret: { kind: 'none' as const } };
  const draft = draftWith({
    name,
    connections: {
      operations: of('operations'),
      system: of('system'),
      cache: connectionTo({ ...cache, engine: 'redis', connect_timeout_s: 10 }),
    },
    datasets: join(home, 'datasets'),
  });
  const { password } = roles.operator;
  const secrets = { operations: password, system: password };
  const outcome = await ask(desktop.page, 'profiles.create', { draft, secrets, insist: false });
  expect(outcome).toMatchObject({ ok: true });
}

async function letGo(): Promise<void> {
  await holder?.end();
  holder = null;
}

/** What stands in the history of a run. */
async function statusOf({ system }: Servers, run: string): Promise<string | undefined> {
  const { rows } = await system.query<{ status: string }>('select status from astro_sync.run where id = $1', [run]);
  return rows[0]?.status;
}

/** The servers' processes of the connections that the desktop has. */
async function connectionsTo({ system, roles }: Servers): Promise<string[]> {
  const { rows } = await system.query<{ pid: string }>(
    `select pid::text from pg_stat_activity where application_name like 'astro-sync%' and usename = $1`,
    [roles.operator.name],
  );
  return rows.map(({ pid }) => pid);
}

/** The user answers the question of quitting with the button of that name; then the program is to quit. */
async function quitAndAnswer(button: string): Promise<void> {
  await desktop.app.evaluate(({ app, dialog }, wanted) => {
    dialog.showMessageBox = (...words: unknown[]) => {
      const { message, buttons } = words.at(-1) as { message: string; buttons: string[] };
      Object.assign(globalThis, { asked: message });
      return Promise.resolve({ response: buttons.indexOf(wanted), checkboxChecked: false });
    };
    // Later: the program may be gone before it could answer.
    setTimeout(() => {
      app.quit();
    });
  }, button);
}

const asked = (): Promise<string | undefined> =>
  desktop.app.evaluate(() => (globalThis as unknown as { asked?: string }).asked);
const title = (): Promise<string | undefined> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
const visible = (): Promise<boolean | undefined> =>
  desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
const badge = (): Promise<number> => desktop.app.evaluate(({ app }) => app.getBadgeCount());

/** The words at the icon in the tray; null where a real system has it, which tells nobody. */
function tray(): Promise<string | null> {
  return desktop.app.evaluate(({ Tray }) => {
    const { all } = Tray as unknown as { all?: readonly { readonly toolTip: string }[] };
    return all?.[0]?.toolTip ?? null;
  });
}

async function expectInTray(words: RegExp): Promise<void> {
  if ((await tray()) !== null) await expect.poll(tray).toMatch(words);
}

test.describe('a desktop whose run is held up', () => {
  test.describe.configure({ mode: 'serial' });

  test.beforeAll(async ({ servers }) => {
    home = mkdtempSync(join(tmpdir(), 'astro-sync-desktop-'));
    await inSmallBatches(join(home, 'datasets'));
    await startOn(servers);
    await bringIntoLine(desktop.page);
  });
  test.afterAll(async () => {
    await letGo();
    child.kill('SIGKILL');
    // The browser behind a desktop that was killed writes for a moment longer.
    await expect(() => rmSync(home, { recursive: true, force: true })).toPass({ timeout: 20_000 });
  });

  test('is killed, and at its next start tells once that the run was interrupted, by all its means; the notice leads to the run', async ({
    servers,
  }) => {
    const run = await runThatIsHeldUp(servers);
    expect(await badge()).toBe(0);
    const gone = desktop.app.waitForEvent('close');
    child.kill('SIGKILL');
    await gone;
    await startOn(servers);
    await expect.poll(title).toBe('(1) demo · AstroBookings Sync Console');
    expect(await statusOf(servers, run)).toBe('interrupted');
    expect(await badge()).toBe(1);
    await expectInTray(/demo: idle, 1 unread alert$/);

    const { app, page } = desktop;
    await page.getByRole('button', { name: 'Alerts, 1 unread' }).click();
    const inbox = page.getByRole('dialog', { name: 'Alerts' });
    await expect(inbox.getByRole('listitem')).toHaveCount(1);
    await expect(inbox.getByRole('listitem')).toContainText('demo: run of travelers was interrupted');
    await page.keyboard.press('Escape');

    const shown = await notices(desktop);
    if (shown === null) return;
    expect(shown).toEqual([
      {
        title: 'demo: run of travelers was interrupted',
        body: expect.stringMatching(/^olga on .*: its process ended in the middle/),
      },
    ]);
    await app.evaluate(({ BrowserWindow, Notification }) => {
      BrowserWindow.getAllWindows()[0]!.hide();
      const { all } = Notification as unknown as { all: readonly NodeJS.EventEmitter[] };
      all[0]!.emit('click', {});
    });
    await expect(page).toHaveURL(new RegExp(`#/runs/${run}$`));
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Interrupted');
    expect(await visible()).toBe(true);
    await expect.poll(badge).toBe(0);
    await letGo();
  });

  test('reads on new connections after a sleep, since the old ones may lead nowhere', async ({ servers }) => {
    const ours = (): Promise<string[]> => connectionsTo(servers);
    await expect.poll(ours).not.toEqual([]);
    const before = await ours();
    // One that is lent just then is left to whoever reads on it.
    await expect(async () => {
      await desktop.app.evaluate(({ powerMonitor }) => {
        powerMonitor.emit('resume');
      });
      expect((await ours()).filter((pid) => before.includes(pid))).toEqual([]);
    }).toPass({ timeout: 20_000 });
    await expect.poll(ours).not.toEqual([]);
  });

  test('goes on in the tray where the user wants that when they quit', async ({ servers }) => {
    const run = await runThatIsHeldUp(servers);
    await quitAndAnswer('Keep running in the tray');
    await expect.poll(visible).toBe(false);
    expect(await asked()).toBe('A run is under way in demo');
    await expectInTray(/demo: working/);
    expect(await statusOf(servers, run)).toBe('running');
    await letGo();
    await expect.poll(() => statusOf(servers, run)).toBe('succeeded');
    await expectInTray(/demo: idle/);
  });

  test('cancels the run and ends where the user wants that', async ({ servers }) => {
    const run = await runThatIsHeldUp(servers);
    const gone = desktop.app.waitForEvent('close');
    await quitAndAnswer('Cancel the run and quit');
    await gone;
    expect(await statusOf(servers, run)).toBe('cancelled');
    await letGo();
  });

  test('ends when the run has, where the user wants it finished', async ({ servers }) => {
    await startOn(servers);
    const run = await runThatIsHeldUp(servers);
    let ended = false;
    const gone = desktop.app.waitForEvent('close').then(() => (ended = true));
    await quitAndAnswer('Finish, then quit');
    await expect.poll(visible).toBe(false);
    expect(await statusOf(servers, run)).toBe('running');
    expect(ended).toBe(false);
    await letGo();
    await gone;
    expect(await statusOf(servers, run)).toBe('succeeded');
    lastRun = run;
  });

  test('follows a link that came before an environment was open once one has been opened, and starts nothing', async ({
    servers,
  }) => {
    await start([`astro-sync://run/${lastRun}`]);
    const { page } = desktop;
    await keepProfile('pad-40', servers);
    await page.getByRole('button', { name: 'Open pad-40' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Succeeded');
    await expect(page).toHaveURL(new RegExp(`#/runs/${lastRun}$`));
    expect(await ask(page, 'tasks.list', {})).toEqual({ ok: true, value: [] });
  });

  test('shows and logs without secrets what leaves it in a state that nobody knows, closes its connections, and ends', async ({
    servers,
  }) => {
    const shown = join(home, 'shown');
    const gone = new Promise((ended) => child.once('exit', ended));
    await desktop.app.evaluate(({ dialog }, file) => {
      const { writeFileSync: write } = process.getBuiltinModule('node:fs');
      dialog.showErrorBox = (title, content) => {
        write(file, `${title}\n${content}`);
      };
      setTimeout(() => {
        throw new Error('broken on purpose for postgres://olga:canary@db/x');
      });
    }, shown);
    expect(await gone).toBe(1);
    const log = readFileSync(join(home, 'logs', 'desktop.log'), 'utf8');
    expect(log).toMatch(/"msg":"uncaught exception"/);
    for (const text of [readFileSync(shown, 'utf8'), log]) {
      expect(text).toContain('broken on purpose for postgres://olga:•••@db/x');
      expect(text).not.toContain('canary');
    }
    expect(readFileSync(shown, 'utf8')).toContain(join(home, 'logs', 'desktop.log'));
    await expect.poll(() => connectionsTo(servers)).toEqual([]);
  });
});
