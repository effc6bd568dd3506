import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SyncError } from '../../engine/errors';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';

type DatasetMethods = 'datasets.list' | 'datasets.detail' | 'datasets.discover' | 'datasets.add' | 'datasets.edit';

export function datasetsHandlers({ session, facilities }: ConsoleContext): Pick<Handlers, DatasetMethods> {
  return {
    'datasets.list': () => [...session.definitions().datasets],
    'datasets.detail': ({ name }) => session.engine().datasetDetail(name),
    'datasets.discover': async ({ source, target, schema }) => ({
      text: await session.engine().discover({ source, target, ...(schema === null ? {} : { schema }) }),
    }),
    'datasets.add': async ({ file, text }) => {
      const { folder } = session.require().definitions;
      const path = join(await folderOf(folder), file);
      await writeNew(path, text);
      try {
        const { readDefinitions } = await import('../engine/read-definitions');
        const { told } = await readDefinitions(path);
        const [problem] = told.errors;
        if (problem !== undefined) {
          throw new SyncError('DATASET_INVALID', problem.message, { details: { ...problem } });
        }
        const taken = told.datasets.find(({ name }) => session.require().datasets.includes(name));
        if (taken !== undefined) {
          throw new SyncError('DATASET_INVALID', `A dataset "${taken.name}" is defined already`, {
            hint: 'Leave it out, or give it another name.',
          });
        }
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      await session.reload();
      return { file: path };
    },
    'datasets.edit': async ({ name }) => {
      const found = session.definitions().datasets.find((dataset) => dataset.name === name);
      if (found?.file === undefined || found.file === null) {
        throw new SyncError('DATASET_UNKNOWN', `There is no dataset "${name}"`, { details: { dataset: name } });
      }
      return { file: found.file, opened: await facilities.openPath(found.file) };
    },
  };
}

/** Where a new file goes: the folder of the definitions, or that of their one file. */
async function folderOf(path: string): Promise<string> {
  const isFile = (await stat(path).catch(() => null))?.isFile() ?? false;
  return isFile ? dirname(path) : path;
}

/** @throws SyncError FILE_EXISTS, FILE_NOT_WRITTEN */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    // In two steps: only a file that is ours is taken away where the disk is full.
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(text);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    if (code === 'EEXIST') {
      throw new SyncError('FILE_EXISTS', `${file} exists; nothing was written`, { hint: 'Choose another name.' });
    }
    throw new SyncError('FILE_NOT_WRITTEN', `${file} could not be written (${code})`, { cause });
  }
}
