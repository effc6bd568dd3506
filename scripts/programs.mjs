import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a Chromium is called on the systems that have one. */
export const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Looks a program up on the PATH.
 * @param {string[]} names any of which will do, the best first
 * @returns {string | undefined} its path
 */
export function findProgram(names) {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        continue;
      }
    }
  }
  return undefined;
}

/**
 * The browser that drives the page: `CHROMIUM_PATH`, else one on the PATH.
 * @returns {string | undefined} its path
 */
export function findChromium() {
  return process.env['CHROMIUM_PATH'] || findProgram(chromiumNames);
}
