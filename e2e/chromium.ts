import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Finds the browser that drives the page: `CHROMIUM_PATH`, else a Chromium or Chrome on the PATH.
 * @returns its absolute path
 */
export function findChromium(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const program of ['chromium', 'chromium-browser', 'google-chrome']) {
      const path = join(folder, program);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        continue;
      }
    }
  }
  throw new Error('No Chromium found: install it (npm run setup-test names the package) or set CHROMIUM_PATH.');
}
