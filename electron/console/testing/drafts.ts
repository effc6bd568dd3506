import type { Connection, ProfileDraft } from '../../../shared/contract/profile';
import type { TestDatabase } from '../../sandbox/servers/test-databases';

/** A connection as the form gives it; nobody answers there. */
export function connectionTo(more: Partial<Connection> = {}): Connection {
  return {
    engine: 'postgres',
    host: 'db',
    port: 5432,
    database: 'one',
    user: 'sync',
    secret: { kind: 'stored' },
    tls: null,
    tunnel: false,
    identity: null,
    allow_eviction: false,
    connect_timeout_s: 5,
    ...more,
  };
}

/** A connection to a database of a test, whose password is typed. */
export function connectionOf({ url }: Pick<TestDatabase, 'url'>, more: Partial<Connection> = {}): Connection {
  const { hostname, port, username, pathname } = new URL(url);
  return connectionTo({ host: hostname, port: Number(port), database: pathname.slice(1), user: username, ...more });
}

/** An environment as the form gives it, with SystemDB alone. */
export function draftWith(more: Partial<ProfileDraft> = {}): ProfileDraft {
  return {
    name: 'mine',
    level: 'staging',
    color: 'blue',
    read_only: false,
    connections: { system: connectionTo() },
    system: 'system',
    tunnel: null,
    datasets: null,
    ...more,
  };
}

/** The drafts of a test that has two databases. */
export function draftsOf(bench: {
  readonly databases: Readonly<Record<'operations' | 'system', TestDatabase>>;
  readonly datasets: string;
}) {
  const { databases, datasets } = bench;
  const password = new URL(databases.system.url).password;
  const connection = (name: 'operations' | 'system', more: Partial<Connection> = {}): Connection =>
    connectionOf(databases[name], more);
  return {
    connection,
    draft: (more: Partial<ProfileDraft> = {}): ProfileDraft =>
      draftWith({
        connections: { operations: connection('operations'), system: connection('system') },
        datasets,
        ...more,
      }),
    password,
    secrets: { operations: password, system: password },
  };
}
