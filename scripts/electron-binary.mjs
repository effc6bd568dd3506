import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The real Electron, where it has been fetched. Only looks: the package itself would begin to download.
 * @param {string} checkout
 * @returns {string | undefined} its path
 */
export function findElectron(checkout = resolve(import.meta.dirname, '..')) {
  const folder = join(checkout, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  if (!existsSync(named)) return undefined;
  const path = join(folder, 'dist', readFileSync(named, 'utf8'));
  return existsSync(path) ? path : undefined;
}
