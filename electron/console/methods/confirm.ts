import type { Session } from '../../../shared/contract/methods/session';
import { SyncError } from '../../engine/errors';

/**
 * Refuses at once what the engine would refuse: writing to production without its name.
 * @throws SyncError CONFIRM_ENVIRONMENT
 */
export function assertConfirmed({ environment }: Session, confirm: string | null): void {
  if (environment.level !== 'production' || confirm === environment.name) return;
  throw new SyncError(
    'CONFIRM_ENVIRONMENT',
    confirm === null
      ? `"${environment.name}" is production; its name must be given to write there`
      : `"${confirm}" is not the name of this production environment`,
    { hint: `Type ${environment.name} to go on.` },
  );
}
