import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import pg from 'pg';
import { expect, expectAccessible, listenFor, test } from './fixtures';
import { startHost } from './host';

test('a password that is typed to open an environment and refused is asked for again, and nothing is open', async ({
  page,
  servers,
}) => {
  const { postgres } = servers;
  const role = `typed_${randomBytes(4).toString('hex')}`;
  const administrator = new pg.Client({ connectionString: await postgres.createDatabase(role) });
  await administrator.connect();
  await administrator.query(`create role ${role} login password 'right'`);
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-typed-'));
  const host = await startHost([]);
  try {
    const complaints = listenFor(page);
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/environments/new`);
    const field = (label: string): Locator => page.getByLabel(label, { exact: true }).first();
    await field('Queue and history are in').click();
    await page.getByRole('option', { name: 'operations', exact: true }).click();
    for (let left = 2; left > 0; left -= 1) await page.getByRole('button', { name: 'Remove' }).last().click();
    await field('Name').fill('typed');
    await field('Dataset definitions').fill(folder);
    await field('Host').fill(postgres.host);
    await field('Port').fill(String(postgres.port));
    await field('Database').fill(role);
    await field('User').fill(role);
    await page.getByRole('button', { name: 'Save' }).click();

    await page.getByRole('button', { name: 'Open typed', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const password = dialog.getByLabel(`Password of ${role} on operations`);
    const open = dialog.getByRole('button', { name: 'Open', exact: true });
    await password.fill('wrong');
    await open.click();
    await expect(dialog).toContainText(`password authentication failed for user "${role}"`);
    await expect(dialog).toContainText('Type the password in again');
    await expect(password).toHaveValue('');
    await expect(open).toBeDisabled();
    await expectAccessible(page, 'a password that was refused');
    await expect(page.getByRole('link', { name: 'Overview' })).toHaveCount(0);
    await password.fill('right');
    await open.click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Overview' })).toBeVisible();
    expect(complaints).toEqual([]);
  } finally {
    await host.stop();
    await administrator.query(`drop role ${role}`);
    await administrator.end();
    await rm(folder, { recursive: true, force: true });
  }
});
