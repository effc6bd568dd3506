import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Terminal } from '../terminal';
import { closing } from './closing';
import { offerConsole } from './offer-console';

function bench() {
  const input = new PassThrough();
  const err = new PassThrough();
  const said: string[] = [];
  let shown = '';
  err.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const terminal = {
    input,
    err,
    out: err,
    interactive: true,
    environment: {},
  } as unknown as Terminal;
  const controller = new AbortController();
  const offered = offerConsole({
    terminal,
    checkout: '/nowhere',
    files: { environment: '/nowhere/astro-sync.yaml', datasets: '/nowhere' },
    dataFolder: '/nowhere/console',
    opened: closing(),
    signal: controller.signal,
    say: (text) => {
      said.push(text);
      return Promise.resolve();
    },
  });
  return { input, said, offered, shown: () => shown };
}

test('where somebody says no, nothing is opened and the sandbox stays', async () => {
  const { input, said, offered, shown } = bench();
  input.write('n\r');
  expect(await offered).toBe(true);
  expect(shown()).toContain('Open the console on it in your browser? [Y/n]');
  expect(said).toEqual(['The sandbox stays open until Ctrl-C.\n']);
});

test('Ctrl-C at the question ends the demo', async () => {
  const { input, said, offered } = bench();
  input.write('\u0003');
  expect(await offered).toBe(false);
  expect(said).toEqual([]);
});
