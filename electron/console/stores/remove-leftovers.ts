import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileName } from './store';

/** A file is written within milliseconds; whoever has not renamed it for so long has ended in the middle. */
const oldMs = 10 * 60_000;

const names = ['profiles', 'settings', 'alerts', 'secrets', 'window'] as const satisfies readonly FileName[];

/** As the library names what it writes before it renames it: ten digits of the time, six of chance. */
const leftover = new RegExp(String.raw`^(?:${names.join('|')})\.json\.tmp-\d{10}[0-9a-f]{6}$`);

/**
 * Removes from the data folder what a console left that was killed while it saved a file: an unfinished copy of it, of names and
 * addresses. Nothing but that, and nothing that may still be written.
 */
export function removeLeftovers(dataFolder: string): void {
  for (const name of entriesOf(dataFolder)) {
    if (!leftover.test(name)) continue;
    const path = join(dataFolder, name);
    try {
      const found = statSync(path);
      if (found.isFile() && Date.now() - found.mtimeMs > oldMs) rmSync(path);
    } catch {
      // Another console has removed it, or it is not ours to remove.
    }
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
