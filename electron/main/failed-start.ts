import type { App, Dialog } from 'electron';
import { failureOf } from '../console/failure';
import type { Log } from '../console/log/open-log';

export interface FailedStart {
  readonly app: Pick<App, 'exit'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly log: Log;
  readonly stderr: Pick<NodeJS.WriteStream, 'write'>;
}

/** Says in words why the desktop could not start, where people look and where scripts do, and ends it with code 1. */
export function tellFailedStart(error: unknown, { app, dialog, log: { logger, file }, stderr }: FailedStart): void {
  const { message, hint } = failureOf(error);
  logger.fatal({ err: error }, 'the start failed');
  const words = [message, hint ?? '', `The log: ${file}`].filter((line) => line !== '').join('\n\n');
  stderr.write(`The console could not start: ${words.replaceAll('\n\n', '\n')}\n`);
  dialog.showErrorBox('The console could not start', words);
  app.exit(1);
}
