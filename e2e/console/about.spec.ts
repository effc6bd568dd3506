import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { expect, test } from './fixtures';
import { checkout } from './servers';

const canary = 'canary-7f3Q';

test('About tells versions and licences, and writes a bundle for support that holds what it says and no secret', async ({
  visit,
  servers,
  host,
}) => {
  const page = await visit('/settings');
  await page.getByLabel('Address', { exact: true }).fill(`http://127.0.0.1:47999/${canary}`);
  await page.getByRole('button', { name: 'Keep the address' }).click();
  await expect(page.getByRole('button', { name: 'Forget it' })).toBeEnabled();

  await page.getByRole('link', { name: 'About and support' }).click();
  const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { version: string };
  const fact = (name: string) => page.locator(`dt:text-is("${name}") + dd`);
  await expect(fact('astro-sync')).toHaveText(version);
  await expect(fact('node')).toHaveText(process.versions.node);
  await expect(fact('Host')).toHaveText(`web console on ${process.platform}`);
  await expect(fact('Operator')).toHaveText('olga');
  await expect(fact('Data folder')).toHaveText(host.home);
  const licences = page.locator('.panel', { has: page.getByRole('heading', { name: /^Licences \d+ packages$/ }) });
  await expect(licences.getByRole('row', { name: /^react 19\.\S+ MIT$/ })).toBeVisible();
  await expect(licences.getByRole('row', { name: /^pg 8\.\S+ MIT$/ })).toBeVisible();
  const count = await licences.getByRole('row').count();
  await expect(licences.getByRole('heading')).toHaveText(`Licences${String(count)} packages`);
  await expect(licences.getByRole('cell').filter({ hasText: /^\s*$/ })).toHaveCount(0);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Write a support bundle' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^astro-sync-support-[\d-]+\.tar\.gz$/);
  const bundle = gunzipSync(await readFile(await file.path())).toString('utf8');
  await expect(page.getByText('The support bundle is written')).toBeVisible();
  for (const part of ['about.json', 'settings.json', 'session.json', 'events.ndjson', 'runs.json', 'log.ndjson'])
    expect(bundle).toContain(`astro-sync-support/${part}`);
  expect(bundle).toMatch(/astro-sync-support\/definitions\/\d-bookings\.yaml/);
  expect(bundle).toContain('description: Booking cards for the traveler portal');
  expect(bundle).toContain(`"astro-sync": "${version}"`);
  const password = (await readFile(join(servers.files.environment, '../secrets/astro_sync_operator'), 'utf8')).trim();
  expect(password).not.toBe('');
  for (const secret of [canary, password, `${servers.postgres.host}:${String(servers.postgres.port)}`])
    expect(bundle).not.toContain(secret);

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(page.getByRole('button', { name: 'Send a test to the webhook' })).toBeDisabled();
});
