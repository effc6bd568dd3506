import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '../../shared/contract/methods/session';
import type { Task } from '../../shared/contract/task';
import { plainRun } from '../../shared/contract/plain-run';
import { ask, expect, startDesktop, test } from './desktop';
import type { Desktop } from './desktop';

let home: string;
let desktop: Desktop;

async function value<T>(method: string, input: unknown = {}): Promise<T> {
  const outcome = await ask(desktop.page, method, input);
  if (!outcome.ok) throw new Error(`${method}: ${outcome.error.code} ${outcome.error.message}`);
  return outcome.value as T;
}

async function ended(task: Task): Promise<Task> {
  await expect
    .poll(async () => (await value<Task>('tasks.get', { id: task.id })).state, {
      timeout: 60_000,
      intervals: [100, 250],
    })
    .not.toBe('working');
  return value<Task>('tasks.get', { id: task.id });
}

/** What the log says of verifications that have ended. */
function verifications(): unknown[] {
  return readFileSync(join(home, 'logs', 'desktop.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly kind?: string })
    .filter(({ msg, kind }) => msg === 'task ended' && kind === 'verify');
}

/** The user answers the question of quitting with the button at this place. */
async function answerWith(response: number): Promise<void> {
  await desktop.app.evaluate(({ dialog }, given) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (...words: unknown[]) => {
      asked.push((words.at(-1) as { message: string }).message);
      return Promise.resolve({ response: given, checkboxChecked: false });
    };
  }, response);
}

/** What the user was asked since then. */
function asked(): Promise<string[]> {
  return desktop.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}

test.describe('on real servers', () => {
  test.describe.configure({ mode: 'serial', timeout: 120_000 });

  test.beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'astro-sync-desktop-'));
    desktop = await startDesktop(home);
  });
  test.afterAll(async () => {
    await desktop.app.close().catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
  });

  test('a run over the wire of the desktop brings the sandbox into line, and the page sees it happen', async () => {
    const session = await value<Session>('sandbox.open');
    expect(session.environment).toMatchObject({ sandbox: true });
    await expect
      .poll(() => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getTitle()))
      .toContain(session.environment.name);
    await value('environment.init', { take_over: false, confirm: null });
    const task = await ended(await value<Task>('runs.start', plainRun));
    expect(task).toMatchObject({ kind: 'run', state: 'done', document: { status: 'succeeded' } });
    const { session: open } = await value<{ session: Session }>('session.current');
    expect(open.datasets.length).toBeGreaterThan(0);
  });

  test('quitting while work is under way asks, and goes on in the tray where the user says so', async () => {
    await answerWith(2);
    const task = await value<Task>('verifications.start', { datasets: [] });
    await desktop.app.evaluate(({ app }) => {
      app.quit();
    });
    await expect
      .poll(() =>
        desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((open) => open.isVisible())),
      )
      .toEqual([false]);
    expect(await asked()).toEqual([expect.stringMatching(/^A verification is under way/)]);
    expect(await ended(task)).toMatchObject({ state: 'done' });
  });

  test('quitting finishes the work first where the user says so', async () => {
    await answerWith(0);
    const before = verifications().length;
    await value<Task>('verifications.start', { datasets: [] });
    const gone = desktop.app.waitForEvent('close');
    await desktop.app.evaluate(({ app }) => {
      setTimeout(() => {
        app.quit();
      });
    });
    await gone;
    expect(verifications().slice(before)).toMatchObject([{ state: 'done' }]);
  });

  test('quitting without work under way ends the program', async () => {
    desktop = await startDesktop(home);
    await answerWith(3);
    const gone = desktop.app.waitForEvent('close');
    await desktop.app.evaluate(({ app }) => {
      setTimeout(() => {
        app.quit();
      });
    });
    await gone;
  });
});
