import { join } from 'node:path';
import type { z } from 'zod';
import { inspect, putAside, reasonOf } from './put-aside';
import type { Damaged } from './put-aside';
import type { FileName, OpenStore, Store } from './store';

/** A file without a version that is of no use where it is damaged: whoever keeps it begins anew. */
export interface PlainFile extends Store {
  /** A file that could not be read, at the start or since; it is put aside, never overwritten. */
  damaged(): Damaged | null;
}

/** Opens a file of the data folder; one that is no JSON, or of another shape, is renamed and told of, and counts as empty. */
export function plainFile(openStore: OpenStore, folder: string, name: FileName, schema: z.ZodType): PlainFile {
  let damaged: Damaged | null = null;
  const keepSound = (): void => {
    const found = inspect(join(folder, `${name}.json`), (content) => {
      const { error } = schema.safeParse(content);
      return error === undefined ? { content } : { reason: reasonOf(error) };
    });
    if ('reason' in found) damaged = putAside(folder, name, found.reason);
  };
  // Before it is opened: a store that finds no JSON there throws.
  keepSound();
  const store = openStore(name);
  return {
    path: store.path,
    damaged: () => damaged,
    read() {
      keepSound();
      return store.read();
    },
    write(content) {
      store.write(content);
    },
  };
}
