import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { guardQuit, questionOf } from './quitting';

function bench(answer: number, busy = true) {
  const app = Object.assign(new EventEmitter(), { quits: 0, quit: () => undefined as unknown });
  const state = { busy, closed: 0, hidden: 0, asked: 0, ended: false, question: '' };
  app.quit = () => {
    state.ended = true;
    app.emit('before-quit', { preventDefault: () => (state.ended = false) });
  };
  guardQuit({
    app: app as unknown as Parameters<typeof guardQuit>[0]['app'],
    dialog: {
      showMessageBox: (options: unknown) => {
        state.asked += 1;
        state.question = (options as { readonly message: string }).message;
        return Promise.resolve({ response: answer, checkboxChecked: false });
      },
    },
    console: {
      working: () => (state.busy ? ['run'] : []),
      close: () => {
        state.closed += 1;
        state.busy = false;
        return Promise.resolve();
      },
    },
    environment: () => 'PRODUCTION eu',
    hide: () => (state.hidden += 1),
    onError: (error) => {
      throw error;
    },
  });
  return { app, state };
}

test('quits without a question where nothing is under way, after the console is closed', async () => {
  const { app, state } = bench(0, false);
  app.quit();
  expect(state.ended).toBe(false);
  await vi.waitFor(() => expect(state).toMatchObject({ ended: true, closed: 1, asked: 0 }));
});

test('finishes the work first where the user says so', async () => {
  const { app, state } = bench(0);
  app.quit();
  await vi.waitFor(() => expect(state.hidden).toBe(1));
  expect(state).toMatchObject({ ended: false, closed: 0 });
  state.busy = false;
  await vi.waitFor(() => expect(state).toMatchObject({ ended: true, closed: 1, asked: 1 }), { timeout: 5000 });
});

test('cancels the work where the user says so', async () => {
  const { app, state } = bench(1);
  app.quit();
  await vi.waitFor(() => expect(state).toMatchObject({ ended: true, closed: 1 }));
});

test('goes on in the tray', async () => {
  const { app, state } = bench(2);
  app.quit();
  await vi.waitFor(() => expect(state.hidden).toBe(1));
  expect(state).toMatchObject({ ended: false, closed: 0, busy: true });
  expect(state.question).toBe('A run is under way in PRODUCTION eu');
});

test('says what is under way, and what it means to cancel that', () => {
  expect(questionOf(['run'], 'PRODUCTION eu')).toMatchObject({
    message: 'A run is under way in PRODUCTION eu',
    detail: expect.stringContaining('the target is consistent'),
    buttons: expect.arrayContaining(['Cancel the run and quit']),
  });
  expect(questionOf(['export'], null)).toMatchObject({
    message: 'An export is under way',
    detail: expect.stringContaining('the export stops, and has to be done again'),
    buttons: expect.arrayContaining(['Cancel the export and quit']),
  });
  expect(questionOf(['verify', 'export'], null)).toMatchObject({
    message: '2 things are under way: a verification and an export',
    buttons: expect.arrayContaining(['Cancel all and quit']),
  });
});

test('stays where the question is dismissed, and asks again the next time', async () => {
  const { app, state } = bench(3);
  app.quit();
  await vi.waitFor(() => expect(state.asked).toBe(1));
  await new Promise(setImmediate);
  app.quit();
  await vi.waitFor(() => expect(state).toMatchObject({ asked: 2, ended: false, hidden: 0, closed: 0 }));
});
