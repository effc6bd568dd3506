import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The worker's built file, by which the folder of built programs is known. */
export const engineWorker = 'engine-worker.js';

/**
 * The folder of the built programs (`out/main`), wherever this code stands: in one of them, in a chunk that they share, or, in a
 * test, in its source beside them.
 */
export function programFolder(): string {
  const here = import.meta.dirname;
  const places = [here, dirname(here), resolve(here, '../../out/main')];
  return places.find((folder) => existsSync(join(folder, engineWorker))) ?? here;
}

/** Folder of what ships beside the program: dataset definitions, icons. */
export function resourcesFolder(): string {
  return resolve(programFolder(), '../../resources');
}

/** Folder of the built page. */
export function pageFolder(): string {
  return resolve(programFolder(), '../renderer');
}
