import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SyncError } from '../../engine/errors';
import type { ConsoleContext } from '../context';
import { textOfDefinitions } from '../session/text-of-definitions';
import type { Handlers } from '../dispatch';

type DatasetMethods =
  'datasets.list' | 'datasets.detail' | 'datasets.file' | 'datasets.discover' | 'datasets.add' | 'datasets.edit';

/** What of a file is shown at most, in characters. */
const longestFile = 1_000_000;

export function datasetsHandlers({ session, facilities }: ConsoleContext): Pick<Handlers, DatasetMethods> {
  // One after the other: each looks at the names that are taken.
  let adding: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = adding.then(work, work);
    adding = turn;
    return turn;
  };
  return {
    'datasets.list': () => [...session.definitions().datasets],
    'datasets.detail': ({ name }) => session.engine().datasetDetail(name),
    'datasets.discover': async ({ source, target, schema }) => ({
      text: await session.engine().discover({ source, target, ...(schema === null ? {} : { schema }) }),
    }),
    'datasets.add': (given) => inTurn(() => addDefinitions(session, given)),
    'datasets.file': async ({ file }) => ({
      file,
      text: (await textOfDefinitions(session.definitions(), file)).slice(0, longestFile),
    }),
    'datasets.edit': async ({ file }) => {
      await textOfDefinitions(session.definitions(), file);
      return { file, opened: await facilities.openPath(file) };
    },
  };
}

/**
 * Adds definitions as a new file, unless it defines what is defined already.
 * @throws SyncError FILE_EXISTS, FILE_NOT_WRITTEN, DATASET_INVALID
 */
async function addDefinitions(
  session: ConsoleContext['session'],
  { file, text }: { readonly file: string; readonly text: string },
): Promise<{ file: string }> {
  const { folder } = session.require().definitions;
  const path = join(await folderOf(folder), file);
  await writeNew(path, text);
  try {
    const { readDefinitions } = await import('../engine/read-definitions');
    const { told } = await readDefinitions(path);
    const [problem] = told.errors;
    if (problem !== undefined) throw new SyncError('DATASET_INVALID', problem.message, { details: { ...problem } });
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
