import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { smallest } from './bounds';

export interface WindowOptions {
  /** Where the page is served: the app:// origin, or Vite's server while developing. */
  readonly origin: string;
  readonly bounds: { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number };
  readonly maximized: boolean;
  readonly developerTools: boolean;
  /** Shown as soon as there is something to see. */
  readonly show: boolean;
}

/** Opens the console's window: the one place where a window is made. */
export function openWindow({ origin, bounds, maximized, developerTools, show }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'AstroBookings Sync Console',
    // The colour of the page before its style is there, so that a start in the dark does not flash.
    backgroundColor: '#101418',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
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
  });
  // The host names the window; what the page calls itself changes nothing.
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    if (show) window.show();
  });
  void window.loadURL(`${origin}/`);
  return window;
}
