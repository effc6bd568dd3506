import { expect, test } from './fixtures';
import { bringIntoLine, runEnds, syncAll } from './steps';

test.use({ apart: 'chained' });

test('what the sync wrote itself stands apart from who changed what, and names whose change it carried', async ({
  visit,
  servers,
}) => {
  const page = await visit();
  await bringIntoLine(page);
  // An account moves: its traveler's record follows, and with it the cards of all bookings of that traveler.
  const { rows } = await servers.operations.query<{ traveler: string; booking: string }>(
    'select min(traveler_id)::text as traveler, min(id)::text as booking from bookings where traveler_id = (select min(traveler_id) from bookings)',
  );
  const { traveler = '', booking = '' } = rows[0] ?? {};
  await servers.system.query(
    `set astro_sync.application = 'crm'; set astro_sync.actor = 'ana';
     update users set email = 'moved@example.test' where id = ${traveler}; reset astro_sync.application; reset astro_sync.actor`,
  );
  await page.reload();
  await expect(page.getByText('Changes wait').first()).toBeVisible();
  await syncAll(page);
  await runEnds(page);

  await visit('/overview');
  const recent = page.getByRole('link', { name: /^Astro Sync itself/ });
  await expect(recent).toContainText(/brought over\d+by runs/);
  await expect(page.getByRole('link', { name: /^ana with crm in travelers, system/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /with astro-sync/ })).toHaveCount(0);

  await visit('/origins?span=15m&dataset=bookings');
  const table = page.getByRole('table', { name: 'Changes by whom' });
  const own = page.getByRole('main').getByRole('link', { name: /^\d+ changes?$/ });
  const count = /\d+/.exec((await own.textContent()) ?? '')?.[0] ?? 'none';
  await expect(page.getByText('not counted below')).toBeVisible();
  await expect(table.getByRole('row', { name: /astro-sync/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Include them' }).click();
  await expect(table.getByRole('row', { name: /astro-sync/ })).toHaveCount(1);
  await page.getByRole('button', { name: 'Leave them out' }).click();
  await expect(page.getByText('not counted below')).toBeVisible();

  await own.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(new RegExp(`^Queue ?${count} match$`));
  await expect(page.getByRole('combobox', { name: 'Written: By the sync itself' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Entity key' }).fill(booking);
  await page.keyboard.press('Enter');
  const jobs = page.getByRole('grid', { name: 'Jobs' }).getByRole('row').filter({ hasText: 'astro-sync' });
  await expect(jobs).toHaveCount(1);
  await jobs.click();
  const detail = page.getByRole('complementary', { name: 'Detail' });
  await expect(detail).toContainText(
    /brought by run \w{8}, which carried the change of ana with crm in system \(job \d+ of travelers\)/,
  );
  await detail.getByRole('link', { name: 'Explain this entity' }).click();
  await expect(page.getByRole('list', { name: 'History' })).toContainText(
    'which carried the change of ana with crm in system',
  );
  await page
    .getByRole('list', { name: 'History' })
    .getByRole('link', { name: /^job \d+ of travelers$/ })
    .click();
  await expect(detail).toContainText('ana');
  await expect(detail).toContainText('crm');
});
