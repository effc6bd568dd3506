import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Host } from './host';
import { startHost } from './host';
import type { Servers } from './servers';
import { definitions, openServers } from './servers';

interface Shared {
  /** Specs that say something else here have servers of their own, on which nothing was synced before. */
  readonly apart: string;
  /** One PostgreSQL and one Redis for all specs of the console. */
  readonly servers: Servers;
  readonly host: Host;
}

interface Each {
  /** A page that is signed in; complaints of the page or its content security policy fail the test. */
  readonly visit: (path?: string) => Promise<Page>;
}

export const test = base.extend<Each, Shared>({
  apart: ['', { option: true, scope: 'worker' }],
  servers: [
    async ({ apart: _apart }, use) => {
      const servers = await openServers();
      await use(servers);
      await servers.close();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  host: [
    async ({ servers }, use) => {
      const host = await startHost(['-e', servers.files.environment, '-d', definitions]);
      await use(host);
      await host.stop();
    },
    { scope: 'worker', timeout: 30_000 },
  ],
  visit: async ({ page, host }, use) => {
    const complaints = listenFor(page);
    await host.admit(page.context());
    await use(async (path = '/overview') => {
      await page.goto(`${host.origin}/#${path}`);
      return page;
    });
    expect(complaints).toEqual([]);
  },
});

/** What the page, or its content security policy, complains of. */
export function listenFor(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** Violations of accessibility rules on what is shown, each with the elements concerned. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

export { expect };
