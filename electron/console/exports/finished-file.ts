import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SyncError } from '../../engine/errors';

/**
 * Writes a file to be delivered, in a folder of its own, that only this user can read.
 * @returns its path
 * @throws SyncError FILE_NOT_WRITTEN
 */
export async function finishedFile(name: string, content: string | Uint8Array): Promise<string> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(tmpdir(), 'astro-sync-file-'));
    const file = join(folder, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  } catch (cause) {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new SyncError('FILE_NOT_WRITTEN', `${name} could not be written (${code})`, { cause });
  }
}
