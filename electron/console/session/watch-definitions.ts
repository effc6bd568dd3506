import { existsSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** An editor writes a file in several steps; what it wrote is read when it is done. */
const settleMs = 150;

/** How often it is looked whether a folder is there that was not. */
const missingMs = 1000;

/**
 * Tells when the definitions of a folder or file may have changed, also when it is made later. Where the system cannot watch it,
 * nothing is told.
 * @returns ends it
 */
export function watchDefinitions(path: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  let watcher: FSWatcher | null = null;
  let missing: NodeJS.Timeout | null = null;
  const soon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
    timer.unref();
  };
  const follow = (): void => {
    const isFolder = statSync(path).isDirectory();
    // The folder of a file: editors replace files, and a watch on the old one would see nothing more.
    const folder = isFolder ? path : dirname(path);
    watcher = watch(folder, { recursive: isFolder, persistent: false }, (_event, name) => {
      if (isFolder || name === null || name === basename(path)) soon();
    });
    watcher.on('error', () => watcher?.close());
  };
  const begin = (): boolean => {
    if (!existsSync(path)) return false;
    try {
      follow();
    } catch {
      watcher = null;
    }
    return true;
  };
  if (!begin()) {
    missing = setInterval(() => {
      if (!begin()) return;
      if (missing !== null) clearInterval(missing);
      soon();
    }, missingMs);
    missing.unref();
  }
  return () => {
    if (timer !== null) clearTimeout(timer);
    if (missing !== null) clearInterval(missing);
    watcher?.close();
  };
}
