import type { Logger } from 'pino';

const everyMs = 12 * 60 * 60_000;

/**
 * Looks for a newer version now and twice a day, and installs it when the program ends. Never while work is under way: looking
 * waits for its end, and the program does not end before it.
 */
export async function followUpdates(busy: () => boolean, logger: Logger): Promise<void> {
  const { default: updater } = await import('electron-updater');
  const { autoUpdater } = updater;
  autoUpdater.autoDownload = true;
  autoUpdater.autoInstallOnAppQuit = true;
  autoUpdater.logger = logger;
  const look = (): void => {
    if (busy()) {
      setTimeout(look, 60_000).unref();
      return;
    }
    autoUpdater.checkForUpdates().catch((error: unknown) => {
      logger.warn({ err: error }, 'looking for a newer version failed');
    });
  };
  look();
  setInterval(look, everyMs).unref();
}
