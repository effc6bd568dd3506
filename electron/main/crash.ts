import type { App, Dialog } from 'electron';
import type { Logger } from 'pino';
import { redact } from '../engine/connect/secrets';

export interface Crash {
  readonly app: Pick<App, 'exit' | 'on'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly logger: Logger;
  readonly logFile: string;
  /** Shows an error in the page. */
  readonly tell: (message: string) => void;
  /** Closes what is open. */
  readonly close: () => Promise<void>;
}

/** How long connections may take to close before the program ends all the same. */
const closeMs = 5000;

/**
 * What nobody caught: a rejection is logged, shown in the page and survived, since what it belonged to has ended by it; an exception
 * leaves the program in a state that nobody knows, so it is logged, shown, and the program ends after closing what is open.
 */
export function surviveCrashes({ app, dialog, logger, logFile, tell, close }: Crash): void {
  let ending = false;
  process.on('unhandledRejection', (reason) => {
    logger.error({ err: reason }, 'unhandled rejection');
    tell(`Something failed that nothing waited for: ${said(reason)}`);
  });
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    if (ending) return;
    ending = true;
    const time = new Promise((over) => setTimeout(over, closeMs));
    void Promise.race([close().catch(() => undefined), time]).then(() => {
      dialog.showErrorBox(
        'The console has to end',
        `${said(error)}\n\nWhat was under way is cancelled; its target is consistent. The log: ${logFile}`,
      );
      app.exit(1);
    });
  });
  app.on('child-process-gone', (_event, details) => {
    logger.warn({ details }, 'a process of the program ended');
  });
}

function said(thrown: unknown): string {
  return redact(thrown instanceof Error ? thrown.message : String(thrown));
}
