import { join } from 'node:path';
import { prepareWorker } from '../console/engine/prepared-worker';
import { engineWorker, programFolder } from '../console/program-folder';
import type { ServedConsole, ServeOptions } from './serve-console';

export { assertWebhookAddress } from '../console/alerts/webhook';
export { fileOpening } from '../console/session/file-opening';
export { markTemporary } from '../console/stores/temporary-folder';
export { dataFolder } from './data-folder';
export { openOnScreen } from './open-on-screen';
export type { ServedConsole } from './serve-console';

/** Starts the engine's thread for the environment that will be opened: it loads while the rest of the program does. */
export function prepareEngine(): void {
  prepareWorker(join(programFolder(), engineWorker));
}

/**
 * Serves the console to a browser on this computer.
 * @throws SyncError of the environment that is opened; USAGE where the port is taken
 */
export async function serveConsole(options: ServeOptions): Promise<ServedConsole> {
  const { serveConsole: serve } = await import('./serve-console');
  return serve(options);
}
