import type { BrowserWindow, Dialog } from 'electron';
import type { Logger } from 'pino';

/** A page that ends more often than that within a minute is not loaded again by itself. */
const reloads = 3;
const minute = 60_000;

/** Loads the page again when its process ended; what it showed is with the console, and read again. */
export function recoverPage(window: BrowserWindow, dialog: Pick<Dialog, 'showMessageBox'>, logger: Logger): void {
  let ended: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    logger.error({ details }, 'the process of the page ended');
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    ended = [...ended.filter((at) => Date.now() - at < minute), Date.now()];
    if (ended.length <= reloads) {
      window.webContents.reload();
      return;
    }
    void dialog
      .showMessageBox({
        type: 'error',
        message: 'The page ended several times',
        detail: 'Runs go on without it.',
        buttons: ['Load it again', 'Leave it'],
      })
      .then(({ response }) => {
        ended = [];
        if (response === 0 && !window.isDestroyed()) window.webContents.reload();
      });
  });
  // Without it the page has no host, to which it could say so.
  window.webContents.on('preload-error', (_event, _file, error) => {
    logger.error({ err: error }, 'the preload of the page failed');
  });
  window.on('unresponsive', () => {
    logger.warn('the page does not answer');
  });
}
