import type { Origins } from '../../../../shared/contract/methods/origins';
import { href } from '../../router/router';
import { onlyChanges, told } from '../queue/queue-source';

/** Whose changes; what is left out does not matter, null is what was not told. */
interface Whose {
  readonly application?: string | null;
  readonly actor?: string | null;
  readonly session_user?: string | null;
  readonly database?: string;
  readonly dataset?: string | null;
}

/** What was counted of all that they changed. */
export type Counted = Pick<Origins, 'since' | 'until' | 'by'>;

/** The address of exactly the jobs that were counted: those changes, in that time. */
export function jobsOf(whose: Whose, { since, until, by }: Counted): string {
  const { application, actor, session_user: role, database, dataset } = whose;
  const origin = (name: string | null | undefined): string | undefined => (name === undefined ? undefined : told(name));
  const who = { application: origin(application), actor: origin(actor), role: origin(role) };
  return href('/queue', { dataset, database, ...who, only: onlyChanges, by, since, until });
}

/** The time of one bar, which ends with what was asked for. */
export function barTime(
  at: number,
  { bucket_s: seconds, until, by }: Pick<Origins, 'bucket_s' | 'until' | 'by'>,
): Counted {
  const end = Math.min(at + seconds * 1000, new Date(until).getTime());
  return { since: new Date(at).toISOString(), until: new Date(end).toISOString(), by };
}
