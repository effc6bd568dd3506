import { tunnelPart } from '../../../../shared/contract/kept-for';
import type { Connection, ProfileDraft, Tunnel } from '../../../../shared/contract/profile';
import { isWholePath } from '../../../../shared/contract/whole-path';

const connection = (engine: Connection['engine'], database: string): Connection => ({
  engine,
  host: 'localhost',
  port: engine === 'redis' ? 6379 : 5432,
  database,
  user: engine === 'redis' ? '' : 'sync',
  secret: engine === 'redis' ? { kind: 'none' } : { kind: 'stored' },
  tls: null,
  tunnel: false,
  identity: null,
  allow_eviction: false,
  connect_timeout_s: 10,
});

/** What a new environment begins with: the three databases of AstroBookings. */
export function newDraft(): ProfileDraft {
  return {
    name: '',
    level: 'development',
    color: 'blue',
    read_only: false,
    connections: {
      operations: connection('postgres', 'operations'),
      system: connection('postgres', 'system'),
      cache: connection('redis', '0'),
    },
    system: 'system',
    tunnel: null,
    datasets: null,
  };
}

export function newConnection(engine: Connection['engine']): Connection {
  return connection(engine, engine === 'redis' ? '0' : '');
}

export function newTunnel(): Tunnel {
  return { host: '', port: 22, user: '', auth: { kind: 'agent' }, known_hosts: null, keep_alive_s: 15 };
}

/** What is wrong with the name of a database, null where nothing is. @param others names of the other databases */
export function nameProblem(name: string, others: readonly string[]): string | null {
  if (others.includes(name.trimEnd())) return 'Another database of this environment has that name.';
  if (name === tunnelPart) return 'That name stands for the SSH tunnel.';
  if (/^[a-z][a-z0-9_-]{0,62}$/.test(name)) return null;
  return 'Small letters, digits, dash and underscore; it begins with a letter.';
}

/**
 * The draft with a database called otherwise, in its place, and `system` with it. A name that another one has is kept apart by
 * blanks at its end, so that neither is lost while people type; `problems` tells of it.
 */
export function renamed(draft: ProfileDraft, from: string, typed: string): ProfileDraft {
  const names = Object.keys(draft.connections);
  const others = names.filter((name) => name !== from);
  let to = typed.trimEnd();
  // Keys of digits alone would be moved to the front.
  if (/^\d+$/.test(to)) to = `_${to}`;
  while (others.includes(to)) to += ' ';
  const connections = Object.fromEntries(
    Object.entries(draft.connections).map(([name, connection]) => [name === from ? to : name, connection]),
  );
  return { ...draft, connections, system: draft.system === from ? to : draft.system };
}

/** What is wrong with a draft, by field (`name`, `operations.host`); the host checks again. */
export function problems(draft: ProfileDraft): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(draft.name))
    found['name'] = 'Letters, digits, dot, dash and underscore; it begins with a letter or digit.';
  if (draft.datasets !== null && !isWholePath(draft.datasets))
    found['datasets'] =
      'The whole path on this computer, from / or ~/ or a drive on: the console does not know from where another one would go.';
  const names = Object.keys(draft.connections);
  for (const [name, { host, port, database, connect_timeout_s: timeout }] of Object.entries(draft.connections)) {
    const wrong = nameProblem(
      name,
      names.filter((each) => each !== name),
    );
    if (wrong !== null) found[`${name}.name`] = wrong;
    if (host.trim() === '') found[`${name}.host`] = 'A host is needed.';
    if (!isPort(port)) found[`${name}.port`] = 'A number from 1 to 65535.';
    if (!isSeconds(timeout)) found[`${name}.connect_timeout_s`] = 'A number above 0, up to 600.';
    if (database.trim() === '') found[`${name}.database`] = 'A database is needed.';
  }
  const { tunnel } = draft;
  if (tunnel !== null) {
    if (tunnel.host.trim() === '') found['tunnel.host'] = 'A host is needed.';
    if (!isPort(tunnel.port)) found['tunnel.port'] = 'A number from 1 to 65535.';
    if (!isSeconds(tunnel.keep_alive_s)) found['tunnel.keep_alive_s'] = 'A number above 0, up to 600.';
    if (tunnel.user.trim() === '') found['tunnel.user'] = 'A user is needed.';
    if (tunnel.auth.kind === 'key' && tunnel.auth.path.trim() === '')
      found['tunnel.key'] = 'The path of a key file is needed.';
  }
  if (draft.connections[draft.system]?.engine !== 'postgres')
    found['system'] = 'The queue and the history need a PostgreSQL database.';
  return found;
}

/** True where whoever listens on the way to a server reads all that goes there: no TLS, no tunnel, another computer. */
export function goesInClear({ host, tls, tunnel }: Pick<Connection, 'host' | 'tls' | 'tunnel'>): boolean {
  if (tunnel || (tls !== null && tls.mode !== 'disable')) return false;
  const name = host.trim().toLowerCase();
  return name !== '' && !/^(localhost|127(\.\d+){3}|\[?::1\]?|\/.*)$/.test(name);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function isSeconds(seconds: number): boolean {
  return seconds > 0 && seconds <= 600;
}
