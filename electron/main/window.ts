import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { pageOrigin } from './page-protocol';

/**
 * Opens the console's window.
 * @param origin where the page is served: the app:// origin, or Vite's server while developing
 */
export function openWindow(origin = pageOrigin): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    show: false,
    title: 'AstroBookings Sync Console',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      nodeIntegration: false,
      sandbox: true,
    },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => {
    if (new URL(event.url).origin !== new URL(origin).origin) event.preventDefault();
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  void window.loadURL(`${origin}/`);
  return window;
}
