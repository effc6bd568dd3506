import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** An editor writes a file in several steps; what it wrote is read when it is done. */
const settleMs = 150;

/**
 * Tells when the definitions of a folder or file may have changed. Where the system cannot watch it, nothing is told.
 * @returns ends it
 */
export function watchDefinitions(path: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  let watcher: FSWatcher | null = null;
  const soon = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
    timer.unref();
  };
  try {
    const isFolder = statSync(path).isDirectory();
    // The folder of a file: editors replace files, and a watch on the old one would see nothing more.
    const folder = isFolder ? path : dirname(path);
    watcher = watch(folder, { recursive: isFolder, persistent: false }, (_event, name) => {
      if (isFolder || name === null || name === basename(path)) soon();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    watcher = null;
  }
  return () => {
    if (timer !== null) clearTimeout(timer);
    watcher?.close();
  };
}
