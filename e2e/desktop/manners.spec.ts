import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, checkout, expect, startDesktop, test } from './desktop';

/** Starts the program once more, as a second click on its icon or on a link does. */
function startAgain(home: string, words: readonly string[]): Promise<number | null> {
  const electron = createRequire(import.meta.url)('electron') as unknown as string;
  const second = spawn(electron, ['--no-sandbox', checkout, ...words], {
    cwd: checkout,
    env: { ...process.env, ASTRO_SYNC_HOME: home },
    stdio: 'ignore',
  });
  return new Promise((ended) => second.on('exit', ended));
}

test('a second start shows the window of the first, opens the view of its link, and starts nothing', async ({
  desktop,
}) => {
  const { app, page, home } = desktop;
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.hide();
  });
  expect(await startAgain(home, ['astro-sync://run/42'])).toBe(0);
  await expect.poll(() => page.evaluate(() => window.location.hash)).toMatch(/^#\/runs?\/42$/u);
  expect(
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((open) => open.isVisible())),
  ).toEqual([true]);
  expect(await ask(page, 'tasks.list', {})).toEqual({ ok: true, value: [] });
});

test('a link that the program does not know opens nothing', async ({ desktop: { page, home } }) => {
  const before = await page.evaluate(() => window.location.hash);
  expect(await startAgain(home, ['astro-sync://start/all'])).toBe(0);
  await page.waitForTimeout(200);
  expect(await page.evaluate(() => window.location.hash)).toBe(before);
});

test('the menu leads to the views and knows the roles of the system', async ({ desktop: { app, page } }) => {
  const roles = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!.items.map(({ role }) => role?.toLowerCase()),
  );
  expect(roles).toEqual(expect.arrayContaining(['filemenu', 'editmenu', 'viewmenu', 'windowmenu']));
  await app.evaluate(({ Menu }) => {
    const view = Menu.getApplicationMenu()!.items.find(({ role }) => role?.toLowerCase() === 'viewmenu')!;
    const queue = view.submenu!.items.find(({ label }) => label === 'Queue')!;
    (queue.click as () => void)();
  });
  await expect.poll(() => page.evaluate(() => window.location.hash)).toBe('#/queue');
});

test('the title of the window is the host’s, not the page’s', async ({ desktop: { app, page } }) => {
  await page.evaluate(() => {
    document.title = 'Something else';
  });
  const titles = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((open) => open.getTitle()),
  );
  expect(titles).toEqual(['AstroBookings Sync Console']);
});

test('the page is loaded again when its process ends', async ({ desktop: { app, page } }) => {
  const loaded = page.waitForEvent('load');
  await app.evaluate(({ BrowserWindow }) => {
    const details = { reason: 'crashed' as const, exitCode: 1 };
    BrowserWindow.getAllWindows()[0]!.webContents.emit('render-process-gone', {}, details);
  });
  await loaded;
  expect(await ask(page, 'app.info', {})).toMatchObject({ ok: true });
});

test('what nobody waited for is shown, logged without secrets, and survived', async ({
  desktop: { app, page, home },
}) => {
  await app.evaluate(() => {
    void Promise.reject(new Error('lost on purpose for postgres://olga:canary@db/x'));
  });
  const log = join(home, 'logs', 'desktop.log');
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('lost on purpose for postgres://olga:•••@db/x');
  await expect(page.getByText(/nothing waited for: lost on purpose/)).toBeVisible();
  expect(readFileSync(log, 'utf8')).not.toContain('canary');
  expect(await ask(page, 'app.info', {})).toMatchObject({ ok: true });
});

test('what fails in the page is shown, stands in the log without secrets, and is survived', async ({
  desktop: { page, home },
}) => {
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('thrown on purpose for postgres://olga:canary@db/x');
    });
    void Promise.reject(new Error('rejected on purpose'));
  });
  for (const what of ['thrown on purpose', 'rejected on purpose']) {
    await expect(page.getByText(what)).toBeVisible();
  }
  const log = join(home, 'logs', 'desktop.log');
  for (const said of ['"kind":"error","message":"thrown on purpose for postgres://olga:•••@', '"kind":"rejection"']) {
    await expect.poll(() => readFileSync(log, 'utf8')).toContain(said);
  }
  expect(readFileSync(log, 'utf8')).not.toContain('canary');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
});

test('the data folder is opened from the settings, or its place is said', async ({ desktop: { app, page, home } }) => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openPath = (path) => {
      opened.push(path);
      return Promise.resolve(opened.length === 1 ? '' : 'no program for folders');
    };
  });
  await page.evaluate(() => (window.location.hash = '#/settings'));
  const open = page.getByRole('button', { name: 'Open', exact: true });
  await open.click();
  await expect(page.getByText('Opened in your file manager')).toBeVisible();
  await open.click();
  await expect(page.getByText('It cannot be opened from here')).toBeVisible();
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([home, home]);
});

test('opens where it was left', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-left-'));
  const bounds = { x: 200, y: 120, width: 1111, height: 777 };
  try {
    const first = await startDesktop(home);
    await first.app.evaluate(({ BrowserWindow }, given) => {
      BrowserWindow.getAllWindows()[0]!.setBounds(given);
    }, bounds);
    // Before it is closed: a computer that is switched off closes nothing.
    await expect.poll(() => existsSync(join(home, 'window.json'))).toBe(true);
    expect(readFileSync(join(home, 'window.json'), 'utf8')).toContain('1111');
    await first.app.close();
    const second = await startDesktop(home);
    expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())).toEqual(
      bounds,
    );
    await second.app.close();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('comes back onto a display that is there', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-lost-'));
  const bounds = { x: 90_000, y: 90_000, width: 1111, height: 777 };
  writeFileSync(join(home, 'window.json'), JSON.stringify({ bounds, maximized: false }));
  try {
    const { app } = await startDesktop(home);
    const opened = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds());
    expect(opened).toMatchObject({ width: 1111, height: 777 });
    expect(opened.x).toBeLessThan(20_000);
    expect(opened.y).toBeLessThan(20_000);
    await app.close();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('opens the environment that it was started with', async () => {
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-files-'));
  const file = join(home, 'eu.yaml');
  writeFileSync(
    file,
    'name: eu\nlevel: staging\nsystem: system\ndatabases: { system: { engine: postgres, url: "postgres://x@127.0.0.1:1/x" } }\n',
  );
  try {
    const { app, page } = await startDesktop(home, ['-e', file, '-d', join(checkout, 'resources/datasets')]);
    await expect
      .poll(() => ask(page, 'session.current', {}))
      .toMatchObject({
        ok: true,
        value: { session: { profile: null, environment: { name: 'eu', level: 'staging' } } },
      });
    // A second start names another one.
    const other = join(home, 'us.yaml');
    writeFileSync(other, readFileSync(file, 'utf8').replace('name: eu', 'name: us'));
    expect(await startAgain(home, ['-e', other, '-d', join(checkout, 'resources/datasets')])).toBe(0);
    await expect
      .poll(() => ask(page, 'session.current', {}))
      .toMatchObject({ value: { session: { environment: { name: 'us' } } } });
    await app.close();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('waking up asks the servers again, and is noted', async ({ desktop: { app, home } }) => {
  await app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('resume');
  });
  await expect.poll(() => readFileSync(join(home, 'logs', 'desktop.log'), 'utf8')).toContain('"why":"resume"');
});
