import type { App, Dialog } from 'electron';
import type { Console } from '../console/console';
import type { Log } from '../console/log/open-log';
import { surviveUncaught } from '../console/survive';

export interface Crash {
  readonly app: Pick<App, 'exit' | 'on'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly console: Pick<Console, 'close' | 'hub'>;
  readonly log: Log;
}

/** What nobody caught is survived, or shown before the program ends; processes of the program that end are noted. */
export function surviveCrashes({ app, dialog, console, log }: Crash): void {
  const { logger, file } = log;
  surviveUncaught({
    console,
    logger,
    end(reason) {
      dialog.showErrorBox(
        'The console has to end',
        `${reason}\n\nWhat was under way is cancelled; its target is consistent. The log: ${file}`,
      );
      app.exit(1);
    },
  });
  app.on('child-process-gone', (_event, details) => {
    logger.warn({ details }, 'a process of the program ended');
  });
}
