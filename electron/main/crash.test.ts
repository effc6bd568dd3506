import { EventEmitter } from 'node:events';
import process from 'node:process';
import { expect, test, vi } from 'vitest';
import { createHub } from '../console/events/hub';
import { surviveCrashes } from './crash';

test('says why the program ends and where its log is, after what was open is closed; notes processes that end', async () => {
  const before = process.listeners('uncaughtException');
  // Of vitest's own: they would take what is thrown here for a failure of the test.
  process.removeAllListeners('uncaughtException');
  const steps: string[] = [];
  const app = Object.assign(new EventEmitter(), { exit: (code: number) => void steps.push(`exit ${String(code)}`) });
  const note = (_details: unknown, what: string) => void steps.push(what);
  surviveCrashes({
    app,
    dialog: { showErrorBox: (title: string, content: string) => void steps.push(`${title}: ${content}`) },
    console: {
      hub: createHub(),
      close: () => {
        steps.push('closed');
        return Promise.resolve();
      },
    },
    log: { file: '/logs/desktop.log', logger: { warn: note, error: note, fatal: note } },
  } as unknown as Parameters<typeof surviveCrashes>[0]);
  try {
    app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed' });
    process.emit('uncaughtException', new Error('the sky fell'));
    await vi.waitFor(() => expect(steps.at(-1)).toBe('exit 1'));
    expect(steps).toEqual([
      'a process of the program ended',
      'uncaught exception',
      'closed',
      expect.stringMatching(/^The console has to end: the sky fell\n\n[^]*The log: \/logs\/desktop\.log$/u),
      'exit 1',
    ]);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
    process.removeAllListeners('unhandledRejection');
  }
});
