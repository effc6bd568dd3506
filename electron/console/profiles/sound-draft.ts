import { isIPv6 } from 'node:net';
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
    for (const part of ['host', 'user', 'database'] as const)
      if (/\p{Cs}/u.test(connection[part])) throw invalid(`${at}.${part}`, 'it holds half of a character');
    if (!isHost(connection.host))
      throw invalid(
        `${at}.host`,
        'a name or an address is expected, such as db.example, 10.0.0.7 or ::1 without brackets',
      );
    if (connection.engine === 'redis' && !/^\d{1,5}$/u.test(connection.database)) {
      throw invalid(`${at}.database`, 'databases of Redis are numbers, such as 0');
    }
    if (connection.tunnel && tunnel === null) throw invalid(`${at}.tunnel`, 'the environment has no SSH tunnel');
  }
}

/** Whether a host can stand in a url as it is, so that it is opened as it was written. */
function isHost(text: string): boolean {
  if (isIPv6(text)) return !text.includes('%');
  // PostgreSQL on this computer may be reached by the folder of its socket.
  return text.startsWith('/') || /^[\p{L}\p{N}._-]+$/u.test(text);
}

function invalid(path: string, message: string): SyncError {
  return new SyncError('PROFILE_INVALID', `${path}: ${message}`, { details: { path } });
}
