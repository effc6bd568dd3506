import { expect, expectAccessible, test } from './fixtures';
import { startHost } from './host';

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
