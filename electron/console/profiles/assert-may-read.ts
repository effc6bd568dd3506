import type { ProfileDraft } from '../../../shared/contract/profile';
import { filePath } from '../../engine/connect/file-path';
import { SyncError } from '../../engine/errors';
import type { ConsoleContext } from '../context';
import { admittedBy } from './admitted';
import { notForDefinitionsAlone } from './own-folder';
import { isWithin, ownFolder } from './own-places';

type Context = Pick<ConsoleContext, 'facilities' | 'profiles'>;

/** A folder or file of definitions that nothing saved names yet, and that holds something else too. */
export interface NewFolder {
  readonly environment: string;
  /** whole */
  readonly path: string;
  /** What speaks against it, in words that go behind its name. */
  readonly why: string;
}

/**
 * Refuses a draft whose definitions a page alone may not have read: a page may name any path. What a saved environment names, what the
 * console was started with, and what is for definitions alone is taken; of anything else the host decides (docs/decisions/0018).
 * @throws SyncError PROFILE_INVALID, naming the path
 */
export async function assertMayBeRead({ facilities, profiles }: Context, draft: ProfileDraft): Promise<void> {
  const { dataFolder, definitionFolders, mayBeRead, readingHint } = facilities;
  if (draft.datasets === null) return;
  const path = filePath(dataFolder, draft.datasets);
  const { folders } = admittedBy(facilities);
  const saved = profiles.list().flatMap(({ datasets }) => (datasets === null ? [] : [filePath(dataFolder, datasets)]));
  if (folders.has(path) || saved.includes(path)) return;
  if ([...definitionFolders, ownFolder()].some((folder) => isWithin(folder, path))) return;
  const why = await notForDefinitionsAlone(path);
  if (why === null) return;
  if (await mayBeRead({ environment: draft.name, path, why })) {
    folders.add(path);
    return;
  }
  throw new SyncError(
    'PROFILE_INVALID',
    `datasets: ${path} ${why}: a page alone cannot have it read as dataset definitions`,
    { hint: readingHint, details: { path: 'datasets' } },
  );
}
