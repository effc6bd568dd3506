import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, test as base } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import type { Outcome, Wire } from '../../shared/contract/wire';
import type { Servers } from '../console/servers';

export const checkout = resolve(import.meta.dirname, '../..');

export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Where this start keeps its files. */
  readonly home: string;
}

/** Starts the built desktop, with nothing of the user's in it. @param more variables of its environment */
export async function startDesktop(
  home: string,
  words: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<Desktop> {
  const app = await _electron.launch({
    args: [checkout, ...words],
    cwd: checkout,
    env: { ...(process.env as Record<string, string>), ASTRO_SYNC_HOME: home, ASTRO_SYNC_OPERATOR: 'olga', ...more },
  });
  const page = await app.firstWindow();
  // A window begins empty; the page comes next.
  await page.waitForURL((url) => url.protocol !== 'about:');
  await page.waitForLoadState();
  return { app, page, home };
}

interface WithPreferences {
  readonly getLastWebPreferences: () => Record<string, unknown>;
}

/** What the page of each window is held to, and whether the program runs from a package. */
export function heldTo({ app }: Desktop): Promise<{ packaged: boolean; preferences: Record<string, unknown>[] }> {
  return app.evaluate(({ app: running, BrowserWindow }) => ({
    packaged: running.isPackaged,
    preferences: BrowserWindow.getAllWindows().map((window) =>
      (window.webContents as unknown as WithPreferences).getLastWebPreferences(),
    ),
  }));
}

interface Bridge {
  readonly astroSync: { readonly platform: string; readonly wire: Wire };
}

/** What the page gets when it asks its host. */
export function ask(page: Page, method: unknown, input: unknown): Promise<Outcome> {
  return page.evaluate(([name, given]) => (window as unknown as Bridge).astroSync.wire.invoke(name as string, given), [
    method,
    input,
  ] as const);
}

/** What the desktop gave the system to show, oldest first; null where that is a real one, which tells nobody. */
export function notices({ app }: Desktop): Promise<readonly { title: string; body: string }[] | null> {
  return app.evaluate(({ Notification }) => {
    const { all } = Notification as unknown as { all?: readonly { title: string; body: string }[] };
    return all?.map(({ title, body }) => ({ title, body })) ?? null;
  });
}

interface Shared {
  /** One desktop without an environment. */
  readonly desktop: Desktop;
  /** One PostgreSQL and one Redis for all specs that want them. */
  readonly servers: Servers;
}

export const test = base.extend<object, Shared>({
  servers: [
    async ({ playwright: _ }, use) => {
      // Only where they are wanted: they are Linux's.
      const { openServers } = await import('../console/servers');
      const servers = await openServers();
      await use(servers);
      await servers.close();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  desktop: [
    // eslint wants a pattern here, Playwright an object
    async ({ playwright: _ }, use) => {
      const home = mkdtempSync(join(tmpdir(), 'astro-sync-desktop-'));
      const desktop = await startDesktop(home);
      await use(desktop);
      await desktop.app.close();
      rmSync(home, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});
export { expect } from '@playwright/test';
