import { expect, test } from './fixtures';
import { bringIntoLine, runEnds, sync, syncAll } from './steps';

test.use({ apart: 'history' });

test('the history of a row that was refused and skipped says what is true of it, and the overview what is known since', async ({
  visit,
  servers,
}) => {
  test.setTimeout(90_000);
  const page = await visit();
  await bringIntoLine(page);
  const { rows } = await servers.system.query<{ id: string }>(
    `update users set email = 'refused' || id || '@example.test'
     where id in (select id from users where role = 'traveler' order by id limit 2) returning id::text`,
  );
  const [refused = '', other = ''] = rows.map(({ id }) => id);
  await servers.operations.query(
    `alter table travelers add constraint no_refused check (contact_email <> 'refused${refused}@example.test')`,
  );
  await sync(page, 'travelers');
  await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Partial');
  await expect(page.getByText(/^2 changes came to 2 rows: 1 updated, 1 failed\.$/)).toBeVisible();
  await expect(page.getByRole('row', { name: /travelers/ })).toContainText('equal but 1 failed');

  await visit('/queue?status=failed&dataset=travelers');
  await page.getByRole('grid').getByRole('gridcell', { name: 'travelers' }).first().click();
  await page.getByRole('button', { name: 'Skip …' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('a test');
  await page.getByRole('dialog').getByRole('button', { name: 'Skip 1 job' }).click();
  await expect(page.getByText('1 job skipped')).toBeVisible();

  await servers.system.query(`update users set email = 'again@example.test' where id = ${other}`);
  await visit('/overview');
  const line = page.getByRole('row', { name: /travelers/ }).first();
  await expect(line).toContainText('1 skipped since');
  await syncAll(page);
  await runEnds(page);

  await visit(`/entity/travelers/${refused}`);
  const history = page.getByRole('list', { name: 'History' });
  await expect(history.getByText(/skipped 1 job of it in travelers/)).toBeVisible();
  await expect(history.getByText(/settled 1 job of it in travelers/)).toHaveCount(0);
  // The run after the skip had no change of this row.
  await expect(history.getByText(/verified what had changed in travelers/)).toHaveCount(1);
  await expect(history.getByText(/: equal but 1 failed; this row had failed$/)).toHaveCount(1);
});
