import { copyFile, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { SaveDialogOptions, SaveDialogReturnValue } from 'electron';
import type { Destination } from '../console/facilities';
import { SyncError } from '../engine/errors';

export interface SaveDialog {
  /** The user's own folder for files that programs give them. */
  readonly folder: () => string;
  /** Asks where to, in front of the window where it is open. */
  readonly show: (options: SaveDialogOptions) => Promise<SaveDialogReturnValue>;
}

const kinds: Readonly<Record<string, string>> = {
  '.csv': 'Comma-separated values',
  '.json': 'JSON',
  '.gz': 'Compressed archive',
};

/**
 * Asks the user where a file is to go. The system's dialog asks before a file that is there is replaced.
 * @returns asks for a file of that name; null where the user dismissed the question
 */
export function askWhere({ folder, show }: SaveDialog): (name: string) => Promise<Destination | null> {
  return async (name) => {
    const extension = extname(name);
    const kind = kinds[extension];
    const { canceled, filePath } = await show({
      defaultPath: join(folder(), name.replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, '_')),
      ...(kind === undefined ? {} : { filters: [{ name: kind, extensions: [extension.slice(1)] }] }),
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    });
    return canceled || filePath === '' ? null : { deliver: (file) => moved(file, filePath) };
  };
}

/** @throws SyncError FILE_NOT_WRITTEN */
async function moved(file: string, to: string): Promise<{ readonly file: string; readonly download: null }> {
  try {
    // Not a rename: the two may lie on different disks.
    await copyFile(file, to);
    return { file: to, download: null };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SyncError('FILE_NOT_WRITTEN', `${to} could not be written: ${reason}`, {
      hint: 'Choose a folder that you may write to.',
      cause,
    });
  } finally {
    // It lies in a folder of its own.
    await rm(dirname(file), { recursive: true, force: true });
  }
}
