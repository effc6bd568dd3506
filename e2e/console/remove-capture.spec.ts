import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures';
import { startHost } from './host';
import { definitions } from './servers';

// What is removed is missed by nobody else.
test.use({ apart: 'remove-capture' });

/** The question, with what is removed in it. */
async function asked(page: Page, origin: string) {
  await page.goto(`${origin}/#/check`);
  await page.getByRole('button', { name: 'Remove capture …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove capture' });
  await expect(dialog).toContainText('operations triggers of public.');
  await expect(dialog).toContainText(/cache [\d,]+ keys? of the sync/);
  return dialog;
}

test('what is installed is shown through a read-only environment, and removed through none', async ({
  page,
  servers,
}) => {
  const file = await servers.environmentFile('orbit-watch', 'staging', true);
  const host = await startHost(['-e', file, '-d', definitions]);
  try {
    await host.admit(page.context());
    const dialog = await asked(page, host.origin);
    await expect(dialog).toContainText('This environment is read-only');
    await expect(dialog.getByRole('button', { name: 'Remove from 3 databases' })).toBeDisabled();
    await expectAccessible(page, 'question before capture is removed, read-only');
  } finally {
    await page.goto('about:blank');
    await host.stop();
  }
});

test('in production it wants the name typed, and says on the button what is lost', async ({ page, servers }) => {
  const file = await servers.environmentFile('orbit-live', 'production');
  const host = await startHost(['-e', file, '-d', definitions]);
  const triggers = async (): Promise<number | null> =>
    (
      await servers.operations.query(
        `select 1 from pg_trigger where tgrelid = 'launches'::regclass and not tgisinternal`,
      )
    ).rowCount;
  try {
    await host.admit(page.context());
    await servers.operations.query(`update launches set mission = 'Not synced' where id = 1`);
    const before = await triggers();
    const dialog = await asked(page, host.origin);
    const name = dialog.getByRole('textbox', { name: 'Type orbit-live to confirm' });
    await name.fill('orbit-live');
    await expect(dialog.getByRole('button', { name: 'Remove from 3 databases in production' })).toBeDisabled();
    await dialog.getByRole('checkbox').click();
    const remove = dialog.getByRole('button', {
      name: /^Remove from 3 databases, lose [\d,]+ captured changes? in production$/,
    });
    await name.fill('orbit');
    await expect(remove).toBeDisabled();
    expect(await triggers()).toBe(before);
    await name.fill('orbit-live');
    await remove.click();
    await expect(page.getByText('Capture is removed from 3 databases of orbit-live')).toBeVisible();
    expect(await triggers()).toBe(0);
    // What was said of it goes with it.
    await page.getByRole('button', { name: /^orbit-live/ }).click();
    await page.getByRole('menuitem', { name: 'Close this environment' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Environments');
    await expect(page.getByText('Capture is removed')).toHaveCount(0);
    const { rows } = await servers.system.query(
      `select environment, details from astro_sync.audit_log where command = 'uninstall'`,
    );
    expect(rows).toEqual([{ environment: 'orbit-live', details: { discard: true } }]);
  } finally {
    await page.goto('about:blank');
    await host.stop();
  }
});
