import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { definitions } from './console/servers';
import type { Servers } from './console/servers';
import { bringIntoLine, refuseOne, runEnds, sync } from './console/steps';

/** The name under which the environment is saved. */
export const saved = 'pad-39';

/** The environment of the servers, typed into the form. */
async function fillIn(page: Page, { postgres, redis, roles }: Servers): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(saved);
  await page.getByLabel('Dataset definitions').fill(definitions);
  for (const [index, name] of ['operations', 'system'].entries()) {
    const fill = (label: string, text: string): Promise<void> =>
      page.getByLabel(label, { exact: true }).nth(index).fill(text);
    await fill('Name that datasets use', name);
    await fill('Host', postgres.host);
    await fill('Port', String(postgres.port));
    await fill('Database', name);
    await fill('User', roles.operator.name);
    await fill('Typed password', roles.operator.password);
  }
  await page.getByLabel('Host', { exact: true }).nth(2).fill(redis.host);
  await page.getByLabel('Port', { exact: true }).nth(2).fill(String(redis.port));
}

/**
 * The user's path on any host, from a page on which nothing was ever opened, by clicks alone: an environment, its test, a preview, a
 * run, an error, its row, an alert, a retry.
 * @param constraint that refuses one row; another one on each host that walks on these servers
 * @param toldOutside looks at what the system was given to show
 */
export async function walkUserPath(
  page: Page,
  servers: Servers,
  constraint: string,
  toldOutside: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await page.getByRole('button', { name: 'Add an environment' }).click();
  await fillIn(page, servers);
  await page.getByRole('button', { name: 'Test connection' }).click();
  const result = page.getByRole('status', { name: 'Result of the test' });
  await expect(result.getByLabel('works').first()).toBeVisible();
  await expect(result.getByLabel('fails')).toHaveCount(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: `Open ${saved}` }).click();
  await bringIntoLine(page);

  await refuseOne(servers, constraint);
  await sync(page, 'travelers');
  await runEnds(page, 'Partial');
  await page.getByRole('tab', { name: /Row errors 1/ }).click();
  await page.getByRole('gridcell', { name: 'update' }).click();
  await expect(page.getByRole('table', { name: /Target now \(operations\) and Source now \(system\)/ })).toBeVisible();

  await toldOutside();
  await page.getByRole('button', { name: /^Alerts/ }).click();
  await expect(page.getByRole('dialog', { name: /Alerts/ })).toContainText('travelers');
  await page.keyboard.press('Escape');

  await servers.operations.query(`alter table travelers drop constraint ${constraint}`);
  await page.getByRole('button', { name: 'Retry 1 failed row' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 1 row' }).click();
  await runEnds(page);

  // A command without a file would address whatever environment lies in the folder of the terminal.
  await page.getByRole('button', { name: 'More about this run' }).click();
  await expect(page.getByRole('menuitem', { name: /^Copy as terminal command/ })).toContainText(
    `astro-sync -e ${saved}.yaml -d `,
  );
  await page.keyboard.press('Escape');
}
