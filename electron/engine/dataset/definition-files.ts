import { readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import { namesDefinitionFile } from '../../../shared/definitions/definition-path';
import { SyncError } from '../errors';

/** Beyond these a folder is not one of definitions, but one that was named by mistake, as / or a home. */
const limits = { depth: 8, entries: 20_000, files: 2_000 } as const;

/**
 * The files with definitions below a folder, or the file itself, in the order of their names: what is called .yaml, .yml or .json. Hidden
 * ones, and links, are passed over.
 * @throws SyncError DATASET_INVALID where there is nothing, nothing that can be read, or more than a folder of definitions holds
 */
export async function definitionFiles(path: string): Promise<string[]> {
  const kind = await asking(path, () => stat(path));
  if (kind.isFile()) {
    // By the name of what is read in the end: a link may have any.
    const named = await asking(path, () => realpath(path));
    if (namesDefinitionFile(path) && namesDefinitionFile(named)) return [path];
    throw new SyncError('DATASET_INVALID', `${path}: is no file of dataset definitions, and was not read`, {
      hint: 'Such files end in .yaml, .yml or .json.',
      details: { path },
    });
  }
  if (!kind.isDirectory()) throw refused(path, 'is neither a file nor a folder');
  const files: string[] = [];
  let entries = 0;
  const walk = async (folder: string, depth: number): Promise<void> => {
    const found: Dirent[] = await asking(folder, () => readdir(folder, { withFileTypes: true }));
    entries += found.length;
    if (entries > limits.entries) throw tooMuch(path, `more than ${String(limits.entries)} files and folders`);
    for (const entry of found) {
      if (entry.name.startsWith('.')) continue;
      const at = join(folder, entry.name);
      if (entry.isFile() && namesDefinitionFile(entry.name)) files.push(at);
      if (files.length > limits.files) throw tooMuch(path, `more than ${String(limits.files)} YAML and JSON files`);
      if (!entry.isDirectory()) continue;
      if (depth === limits.depth) throw tooMuch(path, `folders more than ${String(limits.depth)} levels deep`);
      await walk(at, depth + 1);
    }
  };
  await walk(path, 0);
  return files.sort();
}

/** Tells one state of those files from another: paths, sizes and times; or why they cannot be listed. */
export async function definitionState(path: string): Promise<string> {
  try {
    const files = await definitionFiles(path);
    const facts = await Promise.all(files.map((file) => stat(file).catch(() => null)));
    return JSON.stringify(files.map((file, at) => [file, ...marksOf(facts[at] ?? null)]));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function marksOf(file: Stats | null): readonly number[] {
  return file === null ? [] : [file.ino, file.size, file.mtimeMs];
}

async function asking<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw refused(path, reasons[code] ?? `cannot be read (${code})`, cause);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ELOOP: 'its links lead in a circle',
};

function refused(path: string, reason: string, cause?: unknown): SyncError {
  return new SyncError('DATASET_INVALID', `${path}: ${reason}`, {
    hint: 'Name the file or folder of the dataset definitions with -d.',
    cause,
  });
}

function tooMuch(path: string, what: string): SyncError {
  return new SyncError('DATASET_INVALID', `${path}: holds ${what}: it is no folder of dataset definitions`, {
    hint: 'Name the folder that holds the definitions, and nothing else.',
    details: { path },
  });
}
