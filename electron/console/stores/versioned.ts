import { join } from 'node:path';
import type { z } from 'zod';
import { SyncError } from '../../engine/errors';
import { locked } from './locked';
import { inspect, putAside, reasonOf } from './put-aside';
import type { Damaged, Inspected } from './put-aside';
import type { FileName, OpenStore, Store } from './store';

/** A file of the console: what it holds, since which version, and what to make of older ones. */
export interface FileFormat<T> {
  /** Without the extension. */
  readonly name: FileName;
  readonly version: number;
  readonly schema: z.ZodType<T>;
  readonly empty: T;
  /** By version: makes the content of the next version of what stood in this one. */
  readonly migrations: Readonly<Record<number, (content: unknown) => unknown>>;
}

/** A file that is read, checked and written whole. */
export interface VersionedFile<T> {
  readonly path: string;
  /** A file that could not be read, at the start or since; it is put aside, never overwritten. */
  damaged(): Damaged | null;
  /** What stands in it now, also where another program of ours wrote it. */
  read(): T;
  /**
   * Makes another content of what stands in it now; no other console changes it meanwhile.
   * @throws SyncError FILE_NOT_WRITTEN, also where a newer program wrote it, and what `make` throws: then nothing is changed
   */
  change(make: (content: T) => T): void;
}

/**
 * Opens a file of the data folder. One that is no JSON or of another shape is renamed (`profiles.damaged-<time>.json`) and told of;
 * one of a newer program is told of, and neither read nor written; an older one is brought up to this version.
 */
export function versionedFile<T>(openStore: OpenStore, folder: string, format: FileFormat<T>): VersionedFile<T> {
  const path = join(folder, `${format.name}.json`);
  let damaged: Damaged | null = null;
  const sound = (): Inspected<Content<T>> => {
    const found = inspect(path, (stored) => check(stored, format));
    if (!('reason' in found)) {
      if (damaged?.newer === true) damaged = null;
      return found;
    }
    damaged =
      found.newer === true
        ? { what: format.name, file: path, reason: found.reason, newer: true }
        : putAside(folder, format.name, found.reason);
    return { none: true };
  };
  const before = sound();
  const store: Store = openStore(format.name);
  const write = (content: T): void => {
    try {
      store.write({ version: format.version, content });
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
      throw new SyncError('FILE_NOT_WRITTEN', `${path} could not be written (${code})`, {
        hint: 'Is the disk full, or the folder not yours? What was there before is still there.',
        cause,
      });
    }
  };
  if ('content' in before && before.content.migrated) write(before.content.current);
  const read = (): T => {
    const now = sound();
    return 'content' in now ? now.content.current : format.empty;
  };
  return {
    path: store.path,
    damaged: () => damaged,
    read,
    change(make) {
      locked(path, () => {
        const content = make(read());
        if (damaged?.newer === true)
          throw new SyncError('FILE_NOT_WRITTEN', `${path} was written by a newer version of this program`, {
            hint: 'Start that version, or install it here.',
          });
        write(content);
      });
    },
  };
}

interface Content<T> {
  readonly current: T;
  readonly migrated: boolean;
}

function check<T>(stored: object, format: FileFormat<T>): Inspected<Content<T>> {
  const { version, content } = stored as { readonly version?: unknown; readonly content?: unknown };
  if (typeof version !== 'number' || !Number.isInteger(version)) return { reason: 'it names no version' };
  if (version > format.version) {
    return {
      reason: `it is of version ${String(version)}, and this program knows ${String(format.version)}`,
      newer: true,
    };
  }
  let current = content;
  for (let at = version; at < format.version; at += 1) {
    const migrate = format.migrations[at];
    if (migrate === undefined) return { reason: `it is of version ${String(version)}, which is no longer known` };
    current = migrate(current);
  }
  const result = format.schema.safeParse(current);
  if (!result.success) return { reason: reasonOf(result.error) };
  return { content: { current: result.data, migrated: version < format.version } };
}
