import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareWorker, takeWorker } from './prepared-worker';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astro-sync-worker-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}

/** How many milliseconds the thread was there before it was told. */
async function age(worker: Worker): Promise<number> {
  const heard = new Promise<number>((resolve) => worker.once('message', resolve));
  worker.postMessage('tell');
  const told = await heard;
  await worker.terminate();
  return told;
}

test('a thread that was prepared is the one that is taken, once', async () => {
  const path = file(
    'age.mjs',
    "import { parentPort } from 'node:worker_threads'; const start = Date.now();" +
      "parentPort.on('message', () => parentPort.postMessage(Date.now() - start));",
  );
  prepareWorker(path);
  await pause(500);
  expect(await age(takeWorker(path))).toBeGreaterThan(200);
  expect(await age(takeWorker(path))).toBeLessThan(200);
});

test('one that could not start is started again, so that its reason is heard', async () => {
  const path = file('broken.mjs', "throw new Error('broken on purpose');");
  prepareWorker(path);
  await pause(500);
  const worker = takeWorker(path);
  const reason = await new Promise<Error>((resolve) => worker.once('error', resolve));
  expect(reason.message).toBe('broken on purpose');
});
