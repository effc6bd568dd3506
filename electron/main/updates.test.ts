import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followUpdates } from './updates';
import type { DownloadToken } from './updates';

const hour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A feed with a newer version, whose download takes until it is told to be done, or is broken off. */
function bench(busy = false) {
  const state = { busy, looks: 0, downloads: 0, brokenOff: 0, done: (): void => undefined, warnings: 0 };
  const updater = {
    autoDownload: true,
    autoInstallOnAppQuit: false,
    checkForUpdates: () => {
      state.looks += 1;
      return Promise.resolve({ isUpdateAvailable: true });
    },
    downloadUpdate: (token: DownloadToken & { onCancel: () => void }) => {
      state.downloads += 1;
      return new Promise<void>((resolve, reject) => {
        state.done = resolve;
        token.onCancel = () => {
          state.brokenOff += 1;
          reject(new Error('cancelled'));
        };
      });
    },
  };
  const newToken = () => ({
    cancelled: false,
    onCancel: (): void => undefined,
    cancel() {
      this.cancelled = true;
      this.onCancel();
    },
  });
  const end = followUpdates({
    updater,
    newToken,
    busy: () => state.busy,
    logger: { info: () => undefined, warn: () => (state.warnings += 1) },
  });
  return { state, updater, end };
}

test('waits for the end of a run before it looks, however long that takes, and then looks once', async () => {
  const { state, updater, end } = bench(true);
  expect(updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: true });
  await vi.advanceTimersByTimeAsync(40 * hour);
  expect(state).toMatchObject({ looks: 0, downloads: 0 });
  state.busy = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state).toMatchObject({ looks: 1, downloads: 1 });
  end();
});

test('breaks a download off that a run comes upon, and begins it again when the run has ended', async () => {
  const { state, end } = bench();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(state).toMatchObject({ looks: 1, downloads: 1, brokenOff: 0 });
  state.busy = true;
  await vi.advanceTimersByTimeAsync(hour);
  expect(state).toMatchObject({ downloads: 1, brokenOff: 1, warnings: 0 });
  state.busy = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(state).toMatchObject({ looks: 1, downloads: 2 });
  state.done();
  await vi.advanceTimersByTimeAsync(10 * hour);
  expect(state).toMatchObject({ looks: 1, downloads: 2 });
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(state).toMatchObject({ looks: 2, downloads: 3 });
  end();
});
