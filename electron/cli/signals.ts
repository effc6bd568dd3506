import { setMaxListeners } from 'node:events';
import process from 'node:process';

/** Under npm and npx one Ctrl-C arrives twice: from the terminal and handed down by npm. */
const echoMs = 300;

/**
 * Ctrl-C, SIGTERM and SIGHUP cancel cleanly; a second one stops the process at once with exit code 130.
 * @param onCancel is called at the first
 */
export function cancelOnSignals(onCancel: () => void): AbortSignal {
  const controller = new AbortController();
  // Every dataset and connection of a run listens: many listeners are no leak.
  setMaxListeners(0, controller.signal);
  let cancelledAt = 0;
  const onSignal = (): void => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      cancelledAt = now;
      controller.abort();
      onCancel();
    } else if (now - cancelledAt > echoMs) {
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}
