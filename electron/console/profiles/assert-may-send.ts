import type { ProfileDraft } from '../../../shared/contract/profile';
import { SyncError } from '../../engine/errors';
import type { ConsoleContext } from '../context';
import { admittedBy } from './admitted';
import { draftOf } from './profile-store';
import { newReferences } from './references';
import type { Connections, NewReference } from './references';

type Context = Pick<ConsoleContext, 'facilities' | 'profiles'>;

/**
 * Which passwords of a draft may not be taken from where it names them and sent to where it leads. A page may name any private file
 * and any variable; so what nothing saved names for that server is admitted by the host alone (docs/decisions/0018).
 */
export async function notToBeSent({ facilities, profiles }: Context, draft: ProfileDraft): Promise<NewReference[]> {
  const { dataFolder, startedWith, mayBeSent } = facilities;
  const known: Connections[] = [...profiles.list().map(draftOf), ...(startedWith === null ? [] : [startedWith])];
  const { ways } = admittedBy(facilities);
  const wanted = newReferences(draft, known, dataFolder).filter(({ way }) => !ways.has(way));
  if (wanted.length === 0) return [];
  const sent = await mayBeSent(wanted);
  for (const { way } of sent) ways.add(way);
  return wanted.filter((reference) => !sent.includes(reference));
}

/** @throws SyncError SECRET_UNAVAILABLE, naming what may not be sent */
export async function assertMayBeSent(context: Context, draft: ProfileDraft): Promise<void> {
  const [refused] = await notToBeSent(context, draft);
  if (refused === undefined) return;
  const { database, from, host, port } = refused;
  throw new SyncError(
    'SECRET_UNAVAILABLE',
    `The password of ${database} in "${draft.name}" is not taken from ${from} and sent to ${host}:${String(port)}: a page alone cannot have that`,
    { hint: context.facilities.sendingHint, details: { database } },
  );
}
