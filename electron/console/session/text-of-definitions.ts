import { realpath } from 'node:fs/promises';
import { namesDefinitionFile } from '../../../shared/definitions/definition-path';
import { NoText, readTextFile } from '../../engine/connect/read-text-file';
import { SyncError } from '../../engine/errors';
import type { Definitions } from '../engine/engine-session';

/**
 * The text of a file of definitions of the open environment, also of one in which something is wrong. A page has no other: what is not
 * named so, or holds no definition now, is not given, whatever the list says (docs/decisions/0018).
 * @throws SyncError FILE_UNKNOWN
 */
export async function textOfDefinitions({ datasets, errors }: Definitions, file: string): Promise<string> {
  const isListed = datasets.some((dataset) => dataset.file === file) || errors.some((error) => error.file === file);
  if (!isListed || !namesDefinitionFile(file)) throw unknown(file, 'is no file of dataset definitions');
  const named = await realpath(file).catch((cause: unknown) => {
    throw unknown(file, 'is not there', cause);
  });
  if (!namesDefinitionFile(named)) throw unknown(file, 'is no file of dataset definitions');
  const text = await readTextFile(named).catch((cause: unknown) => {
    throw unknown(file, cause instanceof NoText ? cause.message : 'cannot be read any more', cause);
  });
  // Reads YAML: not at every start.
  const { kindOfText } = await import('../../engine/dataset/kind-of-text');
  if (kindOfText(text) !== 'other') return text;
  throw unknown(file, 'holds no dataset definition: its text is not shown', undefined, {
    hint: 'Open it in your own editor; a definition has name, source and target.',
  });
}

function unknown(file: string, what: string, cause?: unknown, { hint }: { readonly hint?: string } = {}): SyncError {
  return new SyncError('FILE_UNKNOWN', `${file} ${what}`, {
    details: { file },
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}
