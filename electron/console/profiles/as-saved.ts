import { isDeepStrictEqual } from 'node:util';
import type { ProfileDraft } from '../../../shared/contract/profile';
import { SyncError } from '../../engine/errors';
import type { SessionHolder } from '../session/session';
import { draftOf } from './profile-store';
import type { ProfileStore } from './profile-store';

/**
 * Another console on this computer may have made the open environment read-only or a production one, or have removed it: nothing is
 * changed any more under what held before.
 * @throws SyncError PROFILE_CHANGED
 */
export function assertAsSaved(
  session: Pick<SessionHolder, 'current' | 'openedAs'>,
  profiles: Pick<ProfileStore, 'list'>,
): void {
  const open = session.current();
  const opened = session.openedAs();
  if (open === null || opened === null) return;
  const saved = profiles.list().find(({ id }) => id === open.profile);
  if (saved !== undefined && isDeepStrictEqual(binding(draftOf(saved)), binding(opened))) return;
  const happened = saved === undefined ? 'removed' : 'changed';
  throw new SyncError(
    'PROFILE_CHANGED',
    `"${open.environment.name}" was ${happened} by another console; nothing was done`,
    {
      hint:
        saved === undefined
          ? 'Close it: it is no longer one of the environments of this computer.'
          : 'Open it again under Environments: what is saved now holds from then on.',
    },
  );
}

/** All but what is only for the eye. */
function binding({ color: _color, ...rest }: ProfileDraft): Omit<ProfileDraft, 'color'> {
  return rest;
}
