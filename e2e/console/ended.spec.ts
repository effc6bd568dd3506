import { expect, expectAccessible, test } from './fixtures';
import { startHost } from './host';
import { definitions } from './servers';

test('a page whose console was replaced says so, and does not go on asking', async ({ page }) => {
  const first = await startHost([]);
  await first.admit(page.context());
  await page.goto(first.origin);
  await expect(page.getByRole('button', { name: 'Add an environment' })).toBeVisible();
  await first.stop();
  await expect(page.getByText('Reconnecting to the console.')).toBeVisible();
  const second = await startHost(['--port', new URL(first.origin).port]);
  try {
    await expect(page.getByText('This console has ended,')).toBeVisible();
    await expect(page.getByRole('contentinfo')).toContainText('The console has ended');
    await expectAccessible(page, 'console that has ended');
    let asked = 0;
    page.on('request', (request) => (asked += request.method() === 'HEAD' ? 1 : 0));
    page.on('websocket', () => (asked += 1));
    await page.waitForTimeout(1500);
    expect(asked).toBe(0);
  } finally {
    await second.stop();
  }
});

test('what is seen is kept when the console ends, and nothing of it asks the console any more', async ({
  page,
  servers,
}) => {
  const first = await startHost(['-e', servers.files.environment, '-d', definitions]);
  await first.admit(page.context());
  await page.goto(`${first.origin}/#/overview`);
  const row = page.getByRole('row', { name: /agencies/ });
  const verify = page.getByRole('button', { name: 'Verify all' });
  await expect(row).toBeVisible();
  await expect(verify).toBeEnabled();
  await first.stop();
  await expect(page.getByText('What you see is kept')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await expect(row).toBeVisible();
  const second = await startHost(['--port', new URL(first.origin).port]);
  try {
    await expect(page.getByText('This console has ended,')).toBeVisible();
    await expect(row).toBeVisible();
    await expect(verify).toBeDisabled();
    await expect(page.getByRole('button', { name: 'More about agencies' })).toBeDisabled();
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('option', { name: 'Verify all datasets' })).toBeDisabled();
    await page.keyboard.press('Escape');
    await expectAccessible(page, 'overview of a console that has ended');
  } finally {
    await second.stop();
  }
});
