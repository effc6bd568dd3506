import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A path as a person wrote it, absolute. @param folder what a relative one starts from; `~/` is the home folder of whoever runs this */
export function filePath(folder: string, written: string): string {
  return written.startsWith('~/') ? join(homedir(), written.slice(2)) : resolve(folder, written);
}
