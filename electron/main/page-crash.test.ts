import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { recoverPage } from './page-crash';

test('loads the page again after a crash; the fourth within a minute asks, and does what is said', async () => {
  const state = { reloads: 0, asked: 0, answer: 1 };
  const webContents = Object.assign(new EventEmitter(), { reload: () => (state.reloads += 1) });
  const window = Object.assign(new EventEmitter(), { webContents, isDestroyed: () => false });
  const dialog = {
    showMessageBox: () => {
      state.asked += 1;
      return Promise.resolve({ response: state.answer, checkboxChecked: false });
    },
  };
  const logger = { error: () => undefined, warn: () => undefined };
  const given = [window, dialog, logger] as unknown as Parameters<typeof recoverPage>;
  recoverPage(...given);
  const crash = (reason = 'crashed') => webContents.emit('render-process-gone', {}, { reason, exitCode: 1 });
  crash('clean-exit');
  expect(state).toMatchObject({ reloads: 0, asked: 0 });
  for (let i = 0; i < 3; i += 1) crash();
  expect(state).toMatchObject({ reloads: 3, asked: 0 });
  crash();
  await vi.waitFor(() => expect(state).toMatchObject({ reloads: 3, asked: 1 }));
  // Left as it was; the count begins anew, and so does the question after it.
  state.answer = 0;
  for (let i = 0; i < 4; i += 1) crash();
  await vi.waitFor(() => expect(state).toMatchObject({ reloads: 7, asked: 2 }));
});

test('logs a preload that failed and a page that does not answer', () => {
  const webContents = new EventEmitter();
  const window = Object.assign(new EventEmitter(), { webContents });
  const logger = { error: vi.fn(), warn: vi.fn() };
  const given = [window, {}, logger] as unknown as Parameters<typeof recoverPage>;
  recoverPage(...given);
  const error = new Error('no such module');
  webContents.emit('preload-error', {}, '/preload.cjs', error);
  window.emit('unresponsive');
  expect(logger.error.mock.calls).toEqual([[{ err: error }, 'the preload of the page failed']]);
  expect(logger.warn.mock.calls).toEqual([['the page does not answer']]);
});
