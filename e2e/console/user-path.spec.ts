import { walkUserPath } from '../user-path';
import { expect, listenFor, test } from './fixtures';
import { startHost } from './host';

test('from the first run by clicks alone: an environment, its test, a preview, a run, an error, its row, an alert, a retry', async ({
  page,
  servers,
}) => {
  test.setTimeout(120_000);
  const host = await startHost([]);
  try {
    const complaints = listenFor(page);
    await host.admit(page.context());
    await page.goto(host.origin);
    await walkUserPath(page, servers, 'no_browser');
    expect(complaints).toEqual([]);
  } finally {
    await page.goto('about:blank');
    await host.stop();
  }
});
