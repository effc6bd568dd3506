import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { SyncError } from '../../engine/errors';
import { locked } from './locked';
import type { OpenStore, Store } from './store';

/** A file of the console: what it holds, since which version, and what to make of older ones. */
export interface FileFormat<T> {
  /** Without the extension. */
  readonly name: string;
  readonly version: number;
  readonly schema: z.ZodType<T>;
  readonly empty: T;
  /** By version: makes the content of the next version of what stood in this one. */
  readonly migrations: Readonly<Record<number, (content: unknown) => unknown>>;
}

/** What was damaged, and where it lies now. */
export interface Damaged {
  readonly file: string;
  readonly reason: string;
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
   * @throws SyncError FILE_NOT_WRITTEN, and what `make` throws: then nothing is changed
   */
  change(make: (content: T) => T): void;
}

/**
 * Opens a file of the data folder. One that is no JSON, of another shape or of a newer program is renamed
 * (`profiles.damaged-<time>.json`) and told of; an older one is brought up to this version.
 */
export function versionedFile<T>(openStore: OpenStore, folder: string, format: FileFormat<T>): VersionedFile<T> {
  const path = join(folder, `${format.name}.json`);
  let damaged: Damaged | null = null;
  const sound = (): Inspected<T> => {
    const found = inspect(path, format);
    if (!('reason' in found)) return found;
    const aside = join(folder, `${format.name}.damaged-${new Date().toISOString().replaceAll(/[:.]/gu, '-')}.json`);
    renameSync(path, aside);
    damaged = { file: aside, reason: found.reason };
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
  if ('content' in before && before.migrated) write(before.content);
  const read = (): T => {
    const now = sound();
    return 'content' in now ? now.content : format.empty;
  };
  return {
    path: store.path,
    damaged: () => damaged,
    read,
    change(make) {
      locked(path, () => {
        write(make(read()));
      });
    },
  };
}

type Inspected<T> =
  { readonly content: T; readonly migrated: boolean } | { readonly reason: string } | { readonly none: true };

function inspect<T>(path: string, format: FileFormat<T>): Inspected<T> {
  if (!existsSync(path)) return { none: true };
  try {
    return check(JSON.parse(readFileSync(path, 'utf8')) as unknown, format);
  } catch (error) {
    return { reason: error instanceof SyntaxError ? 'it is no JSON' : `it cannot be read: ${String(error)}` };
  }
}

function check<T>(stored: unknown, format: FileFormat<T>): Inspected<T> {
  if (typeof stored !== 'object' || stored === null) return { reason: 'it holds something else' };
  if (Object.keys(stored).length === 0) return { none: true };
  const { version, content } = stored as { readonly version?: unknown; readonly content?: unknown };
  if (typeof version !== 'number' || !Number.isInteger(version)) return { reason: 'it names no version' };
  if (version > format.version) {
    return { reason: `it is of version ${String(version)}, and this program knows ${String(format.version)}` };
  }
  let current = content;
  for (let at = version; at < format.version; at += 1) {
    const migrate = format.migrations[at];
    if (migrate === undefined) return { reason: `it is of version ${String(version)}, which is no longer known` };
    current = migrate(current);
  }
  const result = format.schema.safeParse(current);
  if (result.success) return { content: result.data, migrated: version < format.version };
  const [issue] = result.error.issues;
  return { reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it holds something else'}` };
}
