import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, parse, sep } from 'node:path';
import { inGoodTime } from '../../engine/connect/in-good-time';
import { readTextFile } from '../../engine/connect/read-text-file';
import { definitionFiles } from '../../engine/dataset/definition-files';
import { SyncError } from '../../engine/errors';

/** More is not looked through before it is known that it is to be read. */
const looked = { files: 500, characters: 5_000_000 } as const;

/**
 * Whether a place is one of dataset definitions alone: one that is not there yet, an empty folder, or one in which there are definitions
 * and every YAML and JSON file holds them. Nothing else of this computer is read or changed through such a place, so that a page may
 * name it (docs/decisions/0018).
 * @param path whole
 * @returns what speaks against it, in words that go behind its name; null where nothing does
 */
export async function notForDefinitionsAlone(path: string): Promise<string | null> {
  try {
    return await inGoodTime(look(path), () => new Error('does not answer'));
  } catch (error) {
    // Which file it is, or why it cannot be read, is not the page's to learn.
    return error instanceof SyncError ? 'cannot be looked through as a folder of definitions' : 'does not answer';
  }
}

async function look(path: string): Promise<string | null> {
  const real = await realPlace(path);
  if (isHidden(path) || isHidden(real)) return 'lies in a hidden folder, which programs keep for themselves';
  if (/^\/(proc|sys|dev)(\/|$)/u.test(real)) return 'is a place of the system';
  const kind = await stat(real).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SyncError('DATASET_INVALID', 'cannot be read');
  });
  if (kind === null) return null;
  const files = await definitionFiles(real);
  if (files.length > looked.files) return `holds more than ${String(looked.files)} files`;
  let characters = 0;
  // Reads YAML: not at every start.
  const { kindOfText } = await import('../../engine/dataset/kind-of-text');
  let definitions = 0;
  for (const file of files) {
    const text = await readTextFile(file).catch(() => null);
    const what = text === null ? 'other' : kindOfText(text);
    if (what === 'other') return 'holds YAML or JSON files that are no dataset definitions';
    if (what === 'definitions') definitions += 1;
    characters += text?.length ?? 0;
    if (characters > looked.characters) return 'holds more than 5 MB';
  }
  if (definitions > 0 || kind.isFile()) return null;
  const visible = (await readdir(real)).filter((name) => !name.startsWith('.'));
  return visible.length === files.length ? null : 'holds other things, and no dataset definition yet';
}

/** Where a path leads, links resolved as far as there is something. */
async function realPlace(path: string): Promise<string> {
  const { root } = parse(path);
  let missing = '';
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null);
    if (real !== null) return join(real, missing);
    if (at === root) return path;
    missing = join(basename(at), missing);
  }
}

function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.') && part !== '.' && part !== '..');
}
