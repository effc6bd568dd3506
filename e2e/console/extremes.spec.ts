import type { Page } from '@playwright/test';
import type { RunDetail, StatusReport } from '../../shared/engine/reports';
import { expect, test } from './fixtures';
import { bringIntoLine } from './steps';

const long = 'a_name_that_somebody_thought_would_explain_everything_about_the_table_behind_it_';
const error = { code: 'STATEMENT_FAILED', message: 'x'.repeat(2500) + ' y'.repeat(1250), hint: 'Look. '.repeat(80) };
const huge = 9_007_199_254_740_991;

/** Real answers, made as large as they can be on their way to the page. */
async function exaggerate(page: Page): Promise<void> {
  const asked = new Map<number, string>();
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as { kind: string; id: number; method: string };
      if (frame.kind === 'call') asked.set(frame.id, frame.method);
      server.send(message);
    });
    server.onMessage((message) => {
      const frame = JSON.parse(message.toString()) as {
        kind: string;
        id: number;
        outcome: { ok: boolean; value: unknown };
      };
      const method = frame.kind === 'answer' && frame.outcome.ok ? asked.get(frame.id) : undefined;
      if (method === 'environment.status') frame.outcome.value = manyDatasets(frame.outcome.value as StatusReport);
      if (method === 'runs.detail') frame.outcome.value = hugeRun(frame.outcome.value as RunDetail);
      socket.send(JSON.stringify(frame));
    });
  });
}

function manyDatasets(report: StatusReport): StatusReport {
  const [one] = report.datasets;
  return {
    ...report,
    datasets: Array.from({ length: 200 }, (_, index) => ({
      ...one!,
      name: `${long}${String(index)}`,
      source: `operations public.${long}`,
      target: `cache ${long}:{id}`,
      backlog: index % 3 === 0 ? huge / 1024 : 0,
      error: index % 7 === 0 ? error : null,
    })),
  };
}

function hugeRun(detail: RunDetail): RunDetail {
  const counts = { ...detail.run.counts, planned: huge, inserted: huge, updated: 0, deleted: 0, skipped: 0 };
  const [one] = detail.datasets;
  return {
    ...detail,
    run: { ...detail.run, counts, error, operator: long, host: long },
    datasets: Array.from({ length: 200 }, (_, index) => ({ ...one!, name: `${long}${String(index)}`, counts, error })),
  };
}

/** Nothing is wider than the window, and the buttons of the view are in it. */
async function expectNothingBroken(page: Page): Promise<void> {
  await expect(page.locator('.skeleton')).toHaveCount(0);
  const { wide, cut } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - window.innerWidth,
    cut: [...document.querySelectorAll('.page__actions .button')].filter(
      (button) => button.getBoundingClientRect().right > window.innerWidth,
    ).length,
  }));
  expect({ wide: Math.max(0, wide), cut }).toEqual({ wide: 0, cut: 0 });
}

for (const [name, width, height] of [
  ['the smallest window', 1024, 640],
  ['a wide window', 1920, 1080],
  ['a window at 200 %', 640, 400],
] as const) {
  test(`200 datasets, long names and errors, and huge numbers fit into ${name}`, async ({ page, visit, servers }) => {
    test.setTimeout(90_000);
    await visit();
    await bringIntoLine(page);
    await page.setViewportSize({ width, height });
    await exaggerate(page);
    await page.reload();
    await expect(page.getByText('200 datasets', { exact: true })).toBeVisible();
    await expectNothingBroken(page);
    await page.getByLabel('Find a dataset').fill('behind_it_199');
    await expect(page.getByRole('table', { name: 'Datasets' }).getByRole('row')).toHaveCount(2);

    const { rows } = await servers.system.query<{ id: string }>('select id::text from astro_sync.run limit 1');
    await visit(`/runs/${rows[0]!.id}`);
    await expect(page.getByText('Show all 5,000 characters').first()).toBeVisible();
    await expectNothingBroken(page);
    for (const path of [
      '/queue',
      '/runs',
      '/origins?span=15m',
      '/datasets',
      '/datasets/bookings',
      '/settings',
      '/about',
    ]) {
      await visit(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectNothingBroken(page);
    }
  });
}
