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

/** The rules of accessibility whose answer changes with the colours. */
const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/** What is shown breaks no rule of accessibility: all are tried in the light theme, those of colours in the dark one too. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const before = await showTheme(page, 'light');
  expect(await violations(page), `${what}, light`).toEqual([]);
  await showTheme(page, 'dark');
  // axe is in the page already.
  const ofColours = new AxeBuilder({ page, axeSource: '0' }).withRules(rulesOfColours);
  expect(await violations(page, ofColours), `${what}, dark`).toEqual([]);
  await showTheme(page, before);
}

/** Shows a theme, as the settings do, whatever they say, with no colour half-way; gives the one that was shown. */
function showTheme(page: Page, theme: string): Promise<string> {
  return page.evaluate((next) => {
    const { dataset } = document.documentElement;
    const before = dataset['theme'] ?? 'light';
    dataset['theme'] = next;
    for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
    return before;
  }, theme);
}

/** Violations of accessibility rules on what is shown, each with the elements concerned. */
async function violations(page: Page, axe = new AxeBuilder({ page })): Promise<string[]> {
  // No frames here: nothing to be put together in a page of its own, as is done without this.
  const { violations: found } = await axe.setLegacyMode().analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

export { expect };
