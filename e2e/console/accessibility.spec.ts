import { expect, test, violations } from './fixtures';

const views = [
  ['overview', '/overview', 'Overview'],
  ['queue', '/queue', /^Queue/],
  ['runs', '/runs', 'Runs'],
  ['origins', '/origins', 'Origins'],
  ['datasets', '/datasets', 'Datasets'],
  ['dataset', '/datasets/bookings', 'bookings'],
  ['environments', '/environments', 'Environments'],
  ['new environment', '/environments/new', 'Add an environment'],
  ['settings', '/settings', 'Settings'],
  ['about', '/about', 'About and support'],
] as const;

for (const theme of ['light', 'dark'] as const) {
  test(`every view is accessible in the ${theme} theme`, async ({ page, visit }) => {
    test.setTimeout(90_000);
    await page.emulateMedia({ colorScheme: theme });
    for (const [name, path, heading] of views) {
      await visit(path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      expect(await violations(page), name).toEqual([]);
    }
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('option').first()).toBeVisible();
    expect(await violations(page), 'palette').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard map' })).toBeVisible();
    expect(await violations(page), 'keyboard map').toEqual([]);
  });
}
