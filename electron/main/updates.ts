import type { Logger } from 'pino';

const everyMs = 12 * 60 * 60_000;
const stepMs = 5000;

/** Ends a download in the middle (electron-updater's CancellationToken). */
export interface DownloadToken {
  readonly cancelled: boolean;
  cancel(): void;
}

/** What is used of electron-updater. */
export interface Updater<Token extends DownloadToken> {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  checkForUpdates(): Promise<{ readonly isUpdateAvailable: boolean } | null>;
  downloadUpdate(token: Token): Promise<unknown>;
}

export interface Updates<Token extends DownloadToken> {
  readonly updater: Updater<Token>;
  readonly newToken: () => Token;
  /** Whether work is under way, which neither the line nor the disk is to be taken from. */
  readonly busy: () => boolean;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Looks for a newer version at the start and twice a day, fetches it, and lets it be installed when the program ends. Nothing of that
 * while work is under way: looking waits, and a download that had begun is broken off and begun again afterwards; and the program
 * does not end before its work.
 * @returns ends it
 */
export function followUpdates<Token extends DownloadToken>({
  updater,
  newToken,
  busy,
  logger,
}: Updates<Token>): () => void {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = true;
  let lookAt = 0;
  let found = false;
  let token: Token | null = null;
  let working = false;

  const look = async (): Promise<void> => {
    if (!found && Date.now() >= lookAt) {
      lookAt = Date.now() + everyMs;
      found = (await updater.checkForUpdates())?.isUpdateAvailable ?? false;
    }
    if (!found || busy()) return;
    token = newToken();
    await updater.downloadUpdate(token);
    found = false;
    logger.info('a newer version is installed when the program ends');
  };
  const step = async (): Promise<void> => {
    if (busy()) {
      token?.cancel();
      return;
    }
    if (working) return;
    working = true;
    try {
      await look();
    } catch (error) {
      // One that was broken off is still wanted.
      if (token?.cancelled === true) return;
      found = false;
      logger.warn({ err: error }, 'looking for a newer version failed');
    } finally {
      token = null;
      working = false;
    }
  };
  void step();
  const timer = setInterval(() => void step(), stepMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** The updater of the installed program. */
export async function followFeed(busy: () => boolean, logger: Logger): Promise<void> {
  const { default: updater } = await import('electron-updater');
  const { autoUpdater, CancellationToken } = updater;
  autoUpdater.logger = logger;
  followUpdates<InstanceType<typeof CancellationToken>>({
    updater: autoUpdater,
    newToken() {
      const token = new CancellationToken();
      // A cancelled token fails the download, whose request would go on to its end all the same.
      token.once('cancel', () => void autoUpdater.netSession.closeAllConnections());
      return token;
    },
    busy,
    logger,
  });
}
