import { constants } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { SyncError } from '../engine/errors';

const tries = 1000;

/**
 * Puts a finished file into the user's folder, under a name that is not taken: `runs.csv`, else `runs (2).csv`.
 * @returns where it lies
 * @throws SyncError FILE_NOT_WRITTEN
 */
export async function deliverTo(folder: string, file: string, name: string): Promise<string> {
  const { name: stem, ext } = parse(name.replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, '_'));
  try {
    await mkdir(folder, { recursive: true });
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      const path = join(folder, attempt === 1 ? `${stem}${ext}` : `${stem} (${attempt})${ext}`);
      try {
        await copyFile(file, path, constants.COPYFILE_EXCL);
        await rm(file, { force: true });
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    throw new Error('every name is taken');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SyncError('FILE_NOT_WRITTEN', `${name} cannot be written to ${folder}: ${reason}`, { cause });
  }
}
