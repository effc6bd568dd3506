import { homedir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';

/** What is below it was put there for this program. */
export function ownFolder(): string {
  return join(homedir(), '.astro-sync');
}

/** Whether a path is that of a folder or of something below it; both whole. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return !isAbsolute(below) && below !== '..' && !/^\.\.[\\/]/u.test(below);
}
