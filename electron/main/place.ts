import { join } from 'node:path';
import type { App } from 'electron';

/** What the console keeps lies where the web console keeps it: one set of profiles and settings for one person. */
const folderName = 'astro-sync';

/**
 * Says where the desktop keeps its files: ASTRO_SYNC_HOME, else where programs of this platform do. What the browser inside keeps
 * (caches, its own state) lies in a folder of its own below. Before anything else: the lock of the single instance lies there too.
 * @returns the data folder
 */
export function placeData(app: App, environment: NodeJS.ProcessEnv): string {
  const own = environment['ASTRO_SYNC_HOME'] ?? '';
  const folder = own === '' ? join(app.getPath('appData'), folderName) : own;
  app.setPath('userData', folder);
  app.setPath('sessionData', join(folder, 'browser'));
  return folder;
}
