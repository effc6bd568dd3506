import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { openWindow } from './window';

/** What a window was made with; that the real one holds to it is Electron's part. */
const made: { webPreferences: Record<string, unknown> }[] = [];

vi.mock('electron', () => ({
  BrowserWindow: class extends EventEmitter {
    loadURL = vi.fn(() => Promise.resolve());
    constructor(options: (typeof made)[number]) {
      super();
      made.push(options);
    }
  },
}));

beforeEach(() => {
  made.length = 0;
});

test.each([true, false])(
  'its page is not privileged, and has developer tools where it is said: %s',
  (developerTools) => {
    openWindow({
      origin: 'app://console',
      bounds: { width: 1200, height: 800 },
      maximized: false,
      developerTools,
      show: false,
    });
    expect(made.map(({ webPreferences }) => ({ ...webPreferences, preload: undefined }))).toEqual([
      {
        preload: undefined,
        sandbox: true,
        contextIsolation: true,
        webSecurity: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: developerTools,
      },
    ]);
  },
);
