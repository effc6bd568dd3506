import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenFor } from '../console/fixtures';
import { saved, walkUserPath } from '../user-path';
import { expect, notices, startDesktop, test } from './desktop';

test('from the first run by clicks alone: an environment, its test, a preview, a run, an error, its row, an alert, a retry', async ({
  servers,
}) => {
  test.setTimeout(120_000);
  const home = mkdtempSync(join(tmpdir(), 'astro-sync-desktop-'));
  const desktop = await startDesktop(home);
  try {
    const { page } = desktop;
    const complaints = listenFor(page);
    await walkUserPath(page, servers, 'no_desktop', async () => {
      if ((await notices(desktop)) === null) return;
      await expect
        .poll(async () => (await notices(desktop))?.map(({ title, body }) => `${title}: ${body}`))
        .toContainEqual(expect.stringMatching(new RegExp(`^${saved}: .*travelers`)));
    });
    expect(complaints).toEqual([]);
  } finally {
    await desktop.app.close();
    rmSync(home, { recursive: true, force: true });
  }
});
