import { randomUUID } from 'node:crypto';
import { expect, expectAccessible, test } from './fixtures';
import { startHost } from './host';
import type { Servers } from './servers';
import { definitions } from './servers';

// No console that may write is on these: it would write down what has ended.
test.use({ apart: 'read-only' });

test('a read-only environment says so, and offers nothing that writes', async ({ page, servers }) => {
  const file = await servers.environmentFile('orbit-watch', 'staging', true);
  const host = await startHost(['-e', file, '-d', definitions]);
  try {
    await host.admit(page.context());
    await page.goto(`${host.origin}/#/overview`);
    await expect(page.getByText('Read-only.')).toBeVisible();
    await expectAccessible(page, 'read-only environment');
    await expect(page.getByRole('button', { name: 'Sync all' })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Preview all' })).toBeEnabled();
    await page.goto(`${host.origin}/#/queue?status=failed`);
    await page.getByRole('button', { name: 'What to do with all that match' }).click();
    for (const name of [/^Retry all/, /^Skip all/]) {
      await expect(page.getByRole('menuitem', { name })).toHaveAttribute('aria-disabled', 'true');
    }

    const [under, over] = await twoRuns(servers);
    await page.goto(`${host.origin}/#/runs/${over}`);
    await expect(page.getByRole('button', { name: 'Retry 1 failed row' })).toBeDisabled();
    // Also where an address asks for it.
    await page.goto(`${host.origin}/#/runs/${under}?cancel=1`);
    await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toBeDisabled();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Running');
    // Its program is killed: nobody may write that down here.
    await servers.system.query(
      `select pg_advisory_unlock_all();
       update astro_sync.run set heartbeat = now() - interval '3 minutes', started_at = now() - interval '5 minutes' where id = '${under}'`,
    );
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toContainText('Interrupted?');
    await expect(page.getByText('No sign of life since 3 min ago, probably interrupted.')).toBeVisible();
    await expect(page.getByText('Running', { exact: true })).toHaveCount(0);
    await expectAccessible(page, 'run without a sign of life');
    await page.goto(`${host.origin}/#/runs`);
    await expect(page.getByRole('row', { name: new RegExp(under.slice(0, 8)) })).toContainText('Interrupted?');
    await page.goto(`${host.origin}/#/overview`);
    await expect(page.getByText('no sign of life since 3 min ago, probably interrupted')).toBeVisible();
    await expect(page.locator('.tile', { hasText: 'Runs under way' })).toContainText('1 gives no sign of life');
    await expect(page.getByRole('row', { name: /^Select agencies / })).toContainText('Probably interrupted');
    const { rows } = await servers.system.query('select status from astro_sync.run where id = $1', [under]);
    expect(rows).toEqual([{ status: 'running' }]);
    await servers.operations.query(`update launches set mission = 'Only looked at' where id = 1`);
    await page.goto(`${host.origin}/#/overview`);
    await page.getByRole('button', { name: 'Preview all' }).click();
    const apply = page.getByRole('button', { name: /^Write [1-9]/ });
    await expect(apply).toBeDisabled();
    await expect(apply).toHaveAttribute('title', 'This environment is read-only');
    await expect(page.getByText('it can be applied for an hour')).toHaveCount(0);
  } finally {
    await forgetRuns(servers);
    await host.stop();
  }
});

/** A run that is under way, as its lock in SystemDB proves, and one that left a failed row an hour ago. */
async function twoRuns({ system }: Servers): Promise<readonly [under: string, over: string]> {
  const [under, over] = [randomUUID(), randomUUID()];
  await system.query(`select pg_advisory_lock(hashtextextended('astro_sync run ${under}', 0))`);
  await system.query(
    `insert into astro_sync.run (id, kind, mode, status, operator, host, pid, application, environment, started_at, ended_at) values
       ('${under}', 'run', 'full', 'running', 'olga', 'e2e', 1, 'made for this test', 'demo', now(), null),
       ('${over}', 'run', 'full', 'partial', 'olga', 'e2e', 1, 'made for this test', 'demo', now() - interval '1 hour',
         now() - interval '1 hour');
     insert into astro_sync.run_dataset (run_id, dataset, position, mode, status, counts) values
       ('${under}', 'agencies', 0, 'full', 'running', '{}'), ('${over}', 'agencies', 0, 'full', 'partial', '{"planned": 1, "failed": 1}');
     insert into astro_sync.job_queue (job_type, entity_type, entity_key, status, data, dataset, capture_id, change_id, run_id, last_error)
       values ('agency_sync', 'agency', '{"user_id": "0"}', 'failed',
         '{"operation": "update", "before": null, "after": null, "origin": {"database": "system", "application": null, "actor": null,
           "session_user": null, "client": null, "transaction": null, "at": "2026-01-01T00:00:00Z", "run": null}}',
         'agencies', gen_random_uuid(), '1', '${over}', 'made for this test')`,
  );
  return [under, over];
}

async function forgetRuns({ system }: Servers): Promise<void> {
  await system.query(
    `delete from astro_sync.run where application = 'made for this test';
     delete from astro_sync.job_queue where last_error = 'made for this test';
     select pg_advisory_unlock_all()`,
  );
}
