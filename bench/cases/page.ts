import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import type { Browser, CDPSession, Page } from '@playwright/test';
import type pg from 'pg';
import { findChromium } from '../../scripts/programs.mjs';
import type { Bench, Case } from '../bench';
import { startConsole } from '../console-program';
import { createDatabases, createTable } from '../databases';
import type { Measure } from '../measure';
import { fillQueue, insertJobs } from '../queue-jobs';
import { syncProgram } from '../sync-program';

const arguments_ = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

/** What a person waits for in the page, in a real browser, with as many jobs in the queue as there are rows. */
export const page: Case = { name: 'page', needs: [], run: measure };

async function measure(bench: Bench): Promise<Measure[]> {
  const { rows, repeats, tailMinutes } = bench.options;
  const databases = await createDatabases(bench.postgres, 'page');
  const program = await syncProgram(bench, databases, [
    { name: 'rows', source: { database: 'source', table: 'rows' }, target: { database: 'target', table: 'rows' } },
  ]);
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium: npm run setup-test brings it');
  const usable: number[] = [];
  const first: number[] = [];
  const filter: number[] = [];
  const longest: number[] = [];
  const growth: number[] = [];
  let browser: Browser | null = null;
  try {
    await createTable(databases.source, 'rows');
    await createTable(databases.target, 'rows');
    await program.init();
    await fillQueue(databases.system, rows);
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const served = await startConsole(bench, program.folder, databases.variables);
      browser = await chromium.launch({ executablePath, args: arguments_ });
      try {
        const view = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        usable.push(await openLink(view, served.link));
        first.push(await openQueue(view));
        const changes = await changeFilters(view, rows);
        filter.push(Math.max(...changes));
        longest.push(await scroll(view));
        if (repeat === 0) growth.push(await followTail(bench, view, databases.system, rows, tailMinutes));
      } finally {
        await browser.close();
        browser = null;
        await served.stop();
      }
    }
  } finally {
    await browser?.close();
    await program.remove();
    await databases.drop();
  }
  const of = `page, ${rows.toLocaleString('en')} jobs`;
  const line = (what: string, atMost: number, unit: 's' | 'ms' | 'ratio', samples: number[]): Measure => ({
    what: `${of}: ${what}`,
    goal: { atMost, unit },
    samples,
    reference: null,
  });
  return [
    {
      what: 'page: all its JavaScript, gzip',
      goal: { atMost: 300, unit: 'kB' },
      samples: [await scriptsSize()],
      reference: null,
    },
    line('link to usable', 1, 's', usable),
    line('first rows of the queue', 300, 'ms', first),
    line('slowest change of a filter', 500, 'ms', filter),
    line('longest task while scrolling', 50, 'ms', longest),
    line(`memory after ${String(tailMinutes)} min of live tail`, 1.1, 'ratio', growth),
  ];
}

/** Kilobytes of every script of the page, also of views that are loaded when they are opened, each compressed by itself as a server would. */
async function scriptsSize(): Promise<number> {
  const folder = join('out', 'renderer', 'assets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return files.reduce((bytes, file) => bytes + gzipSync(file).length, 0) / 1000;
}

/** Seconds until the table of datasets stands and "Sync all" can be clicked: the page itself looks at each frame. */
async function openLink(view: Page, link: string): Promise<number> {
  await view.addInitScript(() => {
    const look = (): void => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Sync all');
      const dataset = [...document.querySelectorAll('main a')].some(({ textContent }) => textContent === 'rows');
      if (dataset && button?.disabled === false)
        Object.assign(globalThis, { usableAt: performance.timeOrigin + performance.now() });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const start = performance.timeOrigin + performance.now();
  await view.goto(link, { waitUntil: 'commit' });
  const usableAt = await view.waitForFunction(() => (globalThis as { usableAt?: number }).usableAt, undefined, {
    polling: 20,
  });
  return (((await usableAt.jsonValue()) ?? Infinity) - start) / 1000;
}

/** Milliseconds from the click to the first row on screen. */
function openQueue(view: Page): Promise<number> {
  return view.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        [...document.querySelectorAll('nav a')]
          .find((link) => link.textContent.startsWith('Queue'))
          ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
        const look = (): void => {
          const cell = document.querySelector('[role=grid][aria-label=Jobs] [role=row][aria-selected] [role=gridcell]');
          if (cell !== null && cell.textContent !== '…') resolve(performance.now() - start);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** Milliseconds from each click on a status until all rows on screen have it, then of a search for one entity. */
async function changeFilters(view: Page, rows: number): Promise<number[]> {
  const times: number[] = [];
  for (const status of ['failed', 'conflict', 'pending', 'skipped']) {
    times.push(
      await view.evaluate(
        (name) =>
          new Promise<number>((resolve) => {
            const chip = [...document.querySelectorAll<HTMLElement>('.chip')].find(
              (each) => each.textContent.toLowerCase() === name,
            );
            const start = performance.now();
            chip?.click();
            const look = (): void => {
              const rows = [...document.querySelectorAll('[role=grid][aria-label=Jobs] [role=row][aria-selected]')];
              if (rows.length > 0 && rows.every((row) => row.textContent.toLowerCase().includes(name)))
                resolve(performance.now() - start);
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          }),
        status,
      ),
    );
    await view.locator('.chip[aria-pressed=true]').click();
    await view.waitForFunction(() => document.querySelector('.chip[aria-pressed=true]') === null);
  }
  await view.getByLabel('Entity key').fill(String(Math.floor(rows / 3) + 1));
  const start = performance.now();
  await view.getByLabel('Entity key').press('Enter');
  await view.waitForFunction(
    () => document.querySelectorAll('[role=grid][aria-label=Jobs] [role=row][aria-selected]').length === 1,
    undefined,
    { polling: 'raf' },
  );
  times.push(performance.now() - start);
  await view.getByRole('button', { name: 'Clear', exact: true }).click();
  await view.waitForFunction(
    () => document.querySelectorAll('[role=grid][aria-label=Jobs] [role=row][aria-selected]').length > 5,
  );
  return times;
}

/** Milliseconds of the longest task while the wheel turns for five seconds, pages being read as they come; 0 where none reached 50. */
async function scroll(view: Page): Promise<number> {
  await view.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    Object.assign(globalThis, { longTasks: tasks });
  });
  await view.getByRole('grid', { name: 'Jobs' }).hover();
  const until = performance.now() + 5000;
  while (performance.now() < until) {
    await view.mouse.wheel(0, 600);
    await view.waitForTimeout(30);
  }
  const tasks = await view.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
  return Math.max(0, ...tasks);
}

/** The heap after collecting garbage, at the end by what it was after the first quarter of the time, while jobs come in. */
async function followTail(bench: Bench, view: Page, system: pg.Client, rows: number, minutes: number): Promise<number> {
  await view.getByRole('grid', { name: 'Jobs' }).press('Home');
  const session = await view.context().newCDPSession(view);
  await session.send('HeapProfiler.enable');
  let next = rows;
  const follow = async (seconds: number): Promise<void> => {
    for (const until = performance.now() + seconds * 1000; performance.now() < until;) {
      await system.query(insertJobs(next, 40));
      next += 40;
      await view.waitForTimeout(1000);
    }
  };
  await follow(minutes * 15);
  const before = await heap(session);
  await follow(minutes * 45);
  const after = await heap(session);
  const rowsOnScreen = await view.locator('[role=grid][aria-label=Jobs] [role=row][aria-selected]').count();
  bench.note(
    `page: heap ${mb(before)} to ${mb(after)} MB over ${String(minutes)} min, ${String(next - rows)} new jobs, ${String(rowsOnScreen)} rows drawn`,
  );
  return after / before;
}

async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

function mb(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
