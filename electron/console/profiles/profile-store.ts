import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { profileSchema } from '../../../shared/contract/profile';
import type { Profile, ProfileDraft } from '../../../shared/contract/profile';
import { SyncError } from '../../engine/errors';
import type { Hub } from '../events/hub';
import type { Damaged } from '../stores/put-aside';
import type { OpenStore } from '../stores/store';
import { versionedFile } from '../stores/versioned';
import { assertSound } from './sound-draft';

/** The saved environments of this computer, in the order that their owner gave them; without any secret. */
export interface ProfileStore {
  damaged(): Damaged | null;
  list(): readonly Profile[];
  /** @throws SyncError PROFILE_UNKNOWN */
  get(id: string): Profile;
  /** @throws SyncError PROFILE_INVALID, PROFILE_EXISTS */
  create(draft: ProfileDraft): Profile;
  /**
   * @param was what is to be replaced; null: whatever stands there
   * @throws SyncError PROFILE_INVALID, PROFILE_EXISTS, PROFILE_UNKNOWN; PROFILE_CHANGED where something else stands there
   */
  update(id: string, draft: ProfileDraft, was: ProfileDraft | null): Profile;
  /** @throws SyncError PROFILE_UNKNOWN */
  remove(id: string): void;
  /** Those that are not named keep their order behind the others. @throws SyncError PROFILE_UNKNOWN */
  reorder(ids: readonly string[]): void;
  /** Notes that an environment was opened from it. */
  used(id: string): void;
  /** The name itself, or with a number behind it where it is taken. */
  freeName(name: string): string;
}

export function openProfiles(openStore: OpenStore, folder: string, hub: Hub): ProfileStore {
  const file = versionedFile(openStore, folder, {
    name: 'profiles',
    version: 1,
    schema: z.array(profileSchema),
    empty: [] as Profile[],
    migrations: {},
  });
  const change = (make: (profiles: readonly Profile[]) => readonly Profile[]): void => {
    file.change((profiles) => [...make(profiles)]);
    hub.publish({ type: 'profiles' });
  };
  const find = (id: string, profiles: readonly Profile[] = file.read()): Profile => {
    const found = profiles.find((profile) => profile.id === id);
    if (found !== undefined) return found;
    throw new SyncError('PROFILE_UNKNOWN', 'That environment is not saved on this computer', {
      hint: 'It may have been removed in another window.',
    });
  };
  const assertFree = (name: string, but: string | null, profiles: readonly Profile[]): void => {
    const taken = profiles.some((profile) => profile.id !== but && same(profile.name, name));
    if (!taken) return;
    throw new SyncError('PROFILE_EXISTS', `An environment "${name}" is saved already`, {
      hint: 'Give it another name.',
    });
  };
  return {
    damaged: () => file.damaged(),
    list: () => file.read(),
    get: (id) => find(id),
    create(draft) {
      assertSound(draft);
      const profile = { ...draft, id: randomUUID(), used_at: null };
      change((profiles) => {
        assertFree(draft.name, null, profiles);
        return [...profiles, profile];
      });
      return profile;
    },
    update(id, draft, was) {
      assertSound(draft);
      change((profiles) => {
        const stands = find(id, profiles);
        if (was !== null && !isDeepStrictEqual(draftOf(stands), was))
          throw new SyncError(
            'PROFILE_CHANGED',
            `"${stands.name}" was saved by somebody else since it was opened here`,
            {
              hint: 'Look at what is saved now; then change that, or save yours over it.',
            },
          );
        const profile = { ...draft, id, used_at: stands.used_at };
        assertFree(draft.name, id, profiles);
        return profiles.map((each) => (each.id === id ? profile : each));
      });
      return find(id);
    },
    remove(id) {
      change((profiles) => {
        find(id, profiles);
        return profiles.filter((profile) => profile.id !== id);
      });
    },
    reorder(ids) {
      change((profiles) => [
        ...[...new Set(ids)].map((id) => find(id, profiles)),
        ...profiles.filter(({ id }) => !ids.includes(id)),
      ]);
    },
    used(id) {
      const at = new Date().toISOString();
      change((profiles) => profiles.map((profile) => (profile.id === id ? { ...profile, used_at: at } : profile)));
    },
    freeName(name) {
      const names = file.read().map((profile) => profile.name);
      const taken = (wanted: string): boolean => names.some((each) => same(each, wanted));
      if (!taken(name)) return name;
      for (let number = 2; ; number += 1) {
        const suffix = `-${String(number)}`;
        const next = `${name.slice(0, 63 - suffix.length)}${suffix}`;
        if (!taken(next)) return next;
      }
    },
  };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What travels of a profile: all but what belongs to this computer. */
export function draftOf({ id: _id, used_at: _usedAt, ...draft }: Profile): ProfileDraft {
  return draft;
}
