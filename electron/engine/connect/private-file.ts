import { stat } from 'node:fs/promises';
import process from 'node:process';

/**
 * Whether others than its owner may read or change a file that holds a secret, as ssh asks of a key.
 * @returns its mode, as `0644`, where they may; null where they may not, it is not there, or the system has no such modes (Windows)
 */
export async function openMode(file: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile() || (found.mode & 0o077) === 0) return null;
  return (found.mode & 0o777).toString(8).padStart(4, '0');
}

/** The step that makes such a file private, as a command to copy. */
export function makePrivate(file: string): string {
  return `chmod 600 ${/^[\w./~-]+$/u.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`}`;
}
