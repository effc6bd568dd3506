import { tunnelPart } from '../../../shared/contract/kept-for';
import type { ProfileDraft } from '../../../shared/contract/profile';
import { isWholePath } from '../../../shared/contract/whole-path';
import { SyncError } from '../../engine/errors';

/**
 * Refuses a draft whose parts do not fit together; each part by itself was checked against its schema.
 * @throws SyncError PROFILE_INVALID, naming the connection and what was expected
 */
export function assertSound(draft: ProfileDraft): void {
  const { connections, system, tunnel, datasets } = draft;
  if (datasets !== null && !isWholePath(datasets))
    throw invalid(
      'datasets',
      'the whole path is needed, from / or ~/ or a drive on: the console does not know from where another one would go, and asks no other computer for it',
    );
  const names = Object.keys(connections);
  if (names.length === 0) throw invalid('connections', 'at least one database is needed');
  const queue = connections[system];
  if (queue === undefined) throw invalid('system', `there is no database "${system}"`);
  if (queue.engine !== 'postgres') {
    throw invalid('system', `"${system}" is Redis; the queue and the history are kept in PostgreSQL`);
  }
  for (const [name, connection] of Object.entries(connections)) {
    const at = `connections.${name}`;
    if (name === tunnelPart) throw invalid(at, 'that name is taken: it stands for the SSH tunnel');
    if (connection.engine === 'redis' && !/^\d{1,5}$/u.test(connection.database)) {
      throw invalid(`${at}.database`, 'databases of Redis are numbers, such as 0');
    }
    if (connection.tunnel && tunnel === null) throw invalid(`${at}.tunnel`, 'the environment has no SSH tunnel');
  }
}

function invalid(path: string, message: string): SyncError {
  return new SyncError('PROFILE_INVALID', `${path}: ${message}`, { details: { path } });
}
