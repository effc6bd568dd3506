import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { keptFrom, secretParts } from '../../../shared/contract/kept-for';
import { profileFileSchema } from '../../../shared/contract/profile';
import type { Session } from '../../../shared/contract/methods/session';
import type { Profile, ProfileDraft } from '../../../shared/contract/profile';
import type { profileEntrySchema } from '../../../shared/contract/methods/profiles';
import { savedAsFile, shellLine } from '../../../shared/terminal-command';
import { SyncError } from '../../engine/errors';
import type { ConsoleContext } from '../context';
import type { Handlers } from '../dispatch';
import { finishedFile } from '../exports/finished-file';
import { failureOf } from '../failure';
import { assertMayBeRead } from '../profiles/assert-may-read';
import { assertMayBeSent, notToBeSent } from '../profiles/assert-may-send';
import type { GivenSecrets } from '../profiles/profile-secrets';
import { draftOf } from '../profiles/profile-store';
import { referencesOf, withoutReferences } from '../profiles/references';
import type { Reference } from '../profiles/references';
import { assertSound } from '../profiles/sound-draft';
import { testConnections } from '../profiles/test-connections';
import { requestOf } from '../profiles/to-environment';

type ProfileMethods =
  | `profiles.${'list' | 'create' | 'update' | 'duplicate' | 'remove' | 'reorder' | 'import' | 'export' | 'toFile' | 'test'}`
  | 'session.open';

export function profilesHandlers(context: ConsoleContext): Pick<Handlers, ProfileMethods> {
  const { profiles, profileSecrets, damaged, session, facilities, openEngine, hub } = context;
  const entry = (profile: Profile): z.infer<typeof profileEntrySchema> => ({
    profile,
    secrets: profileSecrets.stateOf(profile),
  });
  /** @param anew it was open: that a server refuses a password is told where it is shown */
  const openProfile = async (id: string, secrets: GivenSecrets, anew = false): Promise<Session> => {
    const profile = profiles.get(id);
    const collected = await profileSecrets.collect(profile, profile, secrets);
    const opened = await session.open({
      request: requestOf(profile, { ...facilities, secrets: collected }),
      profile: id,
      color: profile.color,
      sandbox: false,
      typed: anew ? [] : profileSecrets.typedToOpen(profile, secrets),
      saved: draftOf(profile),
      // Only what let us in is worth keeping.
      onReached() {
        profileSecrets.hold(profile, secrets);
        if (Object.keys(secrets).length > 0) hub.publish({ type: 'profiles' });
      },
    });
    // Saved while it was being opened, perhaps as read-only or as production: that holds, and nothing is open until it does.
    const saved = profiles.list().find((each) => each.id === id);
    if (saved !== undefined && isDeepStrictEqual(draftOf(saved), draftOf(profile))) return opened;
    await session.close();
    return openProfile(id, thatMayStay(secrets, profile, profiles.get(id)), anew);
  };
  const noteOpened = (id: string): void => {
    try {
      profiles.used(id);
    } catch {
      // It is open all the same; only when it was used last is not noted.
    }
  };
  /** What was saved holds at once: nothing goes on under the level, the rights or the addresses of before. */
  const openAnew = async (id: string, secrets: GivenSecrets): Promise<void> => {
    try {
      await openProfile(id, secrets, true);
      noteOpened(id);
    } catch (error) {
      await session.close();
      hub.publish({
        type: 'log',
        run: null,
        dataset: null,
        level: 'error',
        message: `The environment was closed, since it cannot be opened as it was saved: ${failureOf(error).message}`,
        at: new Date().toISOString(),
      });
    }
  };
  return {
    'profiles.list': () => ({ profiles: profiles.list().map(entry), damaged: [...damaged()] }),
    'profiles.create': async ({ draft, secrets, insist }) => {
      assertSound(draft);
      await assertMayBeRead(context, draft);
      await assertMayBeSent(context, draft);
      const profile = profiles.create(draft);
      await profileSecrets.save(null, profile, secrets, insist);
      return entry(profile);
    },
    'profiles.update': async ({ id, was, draft, secrets, insist }) => {
      assertSound(draft);
      await assertMayBeRead(context, draft);
      await assertMayBeSent(context, draft);
      const isOpen = session.current()?.profile === id;
      if (isOpen) session.assertIdle();
      const before = profiles.get(id);
      const profile = profiles.update(id, draft, was);
      await profileSecrets.save(before, profile, secrets, insist);
      if (!isOpen) return entry(profile);
      await openAnew(id, { ...thatMayStay(session.secrets(), before, draft), ...secrets });
      return entry(profiles.get(id));
    },
    'profiles.duplicate': async ({ id }) => {
      const original = profiles.get(id);
      const copy = profiles.create({ ...draftOf(original), name: profiles.freeName(original.name) });
      await profileSecrets.copy(original, copy);
      return entry(copy);
    },
    'profiles.remove': async ({ id }) => {
      const isOpen = session.current()?.profile === id;
      if (isOpen) session.assertIdle();
      profiles.remove(id);
      await profileSecrets.forget(id);
      if (isOpen) await session.close();
      return {};
    },
    'profiles.reorder': ({ ids }) => {
      profiles.reorder(ids);
      return {};
    },
    'profiles.import': async ({ text, trust }) => {
      const drafts = importedDrafts(text);
      for (const draft of drafts) {
        assertSound(draft);
        await assertMayBeRead(context, draft);
      }
      const renamed: string[] = [];
      const asked: Reference[] = [];
      const added: ReturnType<typeof entry>[] = [];
      for (const draft of drafts) {
        // That the page trusts them is not enough.
        const trusted = trust && (await notToBeSent(context, draft)).length === 0;
        const name = profiles.freeName(draft.name);
        if (name !== draft.name) renamed.push(name);
        if (!trusted) asked.push(...referencesOf({ ...draft, name }));
        added.push(entry(profiles.create(trusted ? { ...draft, name } : { ...withoutReferences(draft), name })));
      }
      return { added, renamed, asked };
    },
    'profiles.export': async ({ ids }) => {
      const content = { kind: 'astro-sync-profiles', version: 1, profiles: ids.map((id) => draftOf(profiles.get(id))) };
      const destination = await facilities.askWhere('astro-sync-profiles.json');
      if (destination === null) return { file: null, download: null };
      return destination.deliver(await finishedFile('profiles.json', `${JSON.stringify(content, null, 2)}\n`));
    },
    'profiles.toFile': async ({ id }) => {
      const profile = profiles.get(id);
      const name = savedAsFile(profile.name);
      const destination = await facilities.askWhere(name);
      const { datasets } = requestOf(profile, { ...facilities, secrets: {} });
      const commandWith = (file: string): string =>
        shellLine(['astro-sync', '-e', file, '-d', datasets, 'check'], process.platform);
      const { environmentFile } = await import('../profiles/environment-file');
      const { text, asks, tunnelled } = environmentFile(profile, {
        folder: facilities.dataFolder,
        secrets: Object.keys(profileSecrets.stateOf(profile)),
        command: commandWith(name),
      });
      const left = { asks: [...asks], tunnelled: [...tunnelled] };
      if (destination === null) return { file: null, download: null, ...left, command: commandWith(name) };
      const delivered = await destination.deliver(await finishedFile(name, text));
      return { ...delivered, ...left, command: commandWith(delivered.file) };
    },
    'profiles.test': async ({ id, draft, secrets }) => {
      assertSound(draft);
      await assertMayBeRead(context, draft);
      await assertMayBeSent(context, draft);
      const saved = id === null ? null : profiles.get(id);
      const collected = await profileSecrets.collect(saved, draft, secrets);
      return testConnections(openEngine, {
        ...requestOf(draft, { ...facilities, secrets: collected }),
        caller: facilities.caller,
      });
    },
    'session.open': async ({ profile: id, secrets }) => {
      const opened = await openProfile(id, secrets);
      noteOpened(id);
      return opened;
    },
  };
}

/** Those of the secrets that may be used for the profile as it is now: what was typed in for one server goes to no other. */
function thatMayStay(secrets: GivenSecrets, before: ProfileDraft, after: ProfileDraft): GivenSecrets {
  const staying = secretParts(after).flatMap((part): [string, string][] => {
    const secret = secrets[keptFrom(before, after, part) ?? ''] ?? null;
    return secret === null ? [] : [[part, secret]];
  });
  return Object.fromEntries(staying);
}

/** @throws SyncError PROFILE_INVALID */
function importedDrafts(text: string) {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new SyncError('PROFILE_INVALID', 'The file is no JSON', { hint: 'Choose a file that a console exported.' });
  }
  const result = profileFileSchema.safeParse(data);
  if (result.success) return result.data.profiles;
  const [issue] = result.error.issues;
  throw new SyncError(
    'PROFILE_INVALID',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a file of profiles'}`,
    {
      hint: 'Choose a file that a console exported.',
    },
  );
}
