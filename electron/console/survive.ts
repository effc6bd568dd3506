import process from 'node:process';
import type { Logger } from 'pino';
import { redact } from '../engine/connect/secrets';
import type { Console } from './console';

export interface Survival {
  readonly console: Pick<Console, 'close' | 'hub'>;
  readonly logger: Logger;
  /** Says why the program ends, and ends it. Called once, after what was open is closed. */
  readonly end: (reason: string) => void;
}

/** How long connections may take to close before the program ends all the same. */
const closeMs = 5000;

/**
 * What nobody caught: a rejection is logged, shown in the page and survived, since what it belonged to has ended by it; an exception
 * leaves the program in a state that nobody knows, so it is logged, what is open is closed, and the program ends.
 * @returns no longer looks after them
 */
export function surviveUncaught({ console, logger, end }: Survival): () => void {
  let ending = false;
  const onRejection = (reason: unknown): void => {
    logger.error({ err: reason }, 'unhandled rejection');
    console.hub.publish({
      type: 'log',
      run: null,
      dataset: null,
      level: 'error',
      message: `Something failed that nothing waited for: ${said(reason)}`,
      at: new Date().toISOString(),
    });
  };
  const onException = (error: Error): void => {
    logger.fatal({ err: error }, 'uncaught exception');
    if (ending) return;
    ending = true;
    const time = new Promise((over) => setTimeout(over, closeMs));
    void Promise.race([console.close().catch(() => undefined), time]).then(() => {
      end(said(error));
    });
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => {
    process.off('unhandledRejection', onRejection);
    process.off('uncaughtException', onException);
  };
}

function said(thrown: unknown): string {
  return redact(thrown instanceof Error ? thrown.message : String(thrown));
}
