import { lookup } from 'node:dns/promises';
import type { CheckReport } from '../../../shared/engine/reports';
import { connectFailed } from '../connect/connect-failed';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import type { PostgresDatabase } from '../connect/postgres';
import { probeConnection, probeTls } from '../connect/probe';
import type { RedisDatabase } from '../connect/redis';
import { isRefusedLogin } from '../connect/refused-logins';
import { checkRedisTarget, redisFacts } from '../connect/redis-facts';
import { SyncError } from '../errors';
import { knownRedisIdentity } from '../stream/redis-identity';

export type DatabaseCheck = CheckReport['databases'][number];
type Hop = DatabaseCheck['hops'][number];

/** The hops to a database, and why nobody could log in; null where somebody could. */
export interface TriedDatabase {
  readonly found: DatabaseCheck;
  readonly failure: SyncError | null;
}

/** What a server says of itself to whoever has logged in. */
interface Greeting {
  readonly as: string;
  readonly version: string | null;
  readonly roundTripMs: number;
  /** null for a Redis on which nothing is installed yet. */
  readonly identity: string | null;
  /** Why it is of no use although it answers; null where it is. */
  readonly unfit: string | null;
}

/**
 * Tries the way to a database hop by hop and asks the server who it is. The first hop that fails ends the way; a server that answers
 * and is another than the pinned one, or of no use, has been reached all the same.
 * @param readOnly nothing will ever be written there
 */
export async function checkHops(
  database: PostgresDatabase | RedisDatabase,
  pinned: string | null,
  readOnly: boolean,
): Promise<TriedDatabase> {
  const hops: Hop[] = [];
  let failure: SyncError | null = null;
  const hop = async <T>(name: string, work: () => Promise<{ detail: string; value: T }>): Promise<T | null> => {
    const start = performance.now();
    const tell = (ok: boolean, detail: string): void => {
      hops.push({ name, ok, detail, duration_ms: rounded(performance.now() - start) });
    };
    try {
      const { detail, value } = await work();
      tell(true, detail);
      return value;
    } catch (error) {
      const hint = isRefusedLogin(error) ? error.hint : wayHint(error);
      tell(false, hint === null ? reasonOf(error) : `${reasonOf(error)}. ${hint}`);
      failure = await asFailure(database, error);
      return null;
    }
  };
  const reached = await reach(database, hop);
  const greeting = reached
    ? await hop('login', async () => {
        const value = await greet(database);
        return { detail: `as ${value.as}, ${database.config.tls === null ? 'without' : 'with'} TLS`, value };
      })
    : null;
  if (greeting !== null) hops.push(serverHop(greeting, readOnly), identityHop(database, greeting.identity, pinned));
  return {
    found: {
      name: database.name,
      engine: database.engine,
      label: database.label,
      ok: hops.every(({ ok }) => ok),
      identity: greeting?.identity ?? null,
      version: greeting?.version ?? null,
      round_trip_ms: greeting?.roundTripMs ?? null,
      hops,
      grants: [],
      recommended: [],
    },
    failure,
  };
}

type TryHop = <T>(name: string, work: () => Promise<{ detail: string; value: T }>) => Promise<T | null>;

/**
 * The hops before a login: the name, the way to the port, TLS. True where all of them could be made. The near end of a tunnel takes
 * every connection, which says nothing of the far one: whoever keeps the tunnel tells of that way.
 */
async function reach(database: PostgresDatabase | RedisDatabase, hop: TryHop): Promise<boolean> {
  const { host, tls, via, unusable } = database.config;
  if (unusable !== undefined) return (await hop('settings', () => Promise.reject(unusable))) ?? false;
  if (via === undefined || via === null) {
    const named = await hop('name', async () => {
      const { address } = await lookup(host);
      return { detail: address === host ? `${host} is an address` : `${host} is ${address}`, value: true };
    });
    if (named === null) return false;
    const connected = await hop('connect', async () => ({
      detail: `${await probeConnection(database)} answers`,
      value: true,
    }));
    if (connected === null) return false;
  }
  if (tls === null) return true;
  return (await hop('TLS', async () => ({ detail: await probeTls(database), value: true }))) ?? false;
}

function serverHop({ version, roundTripMs, unfit }: Greeting, readOnly: boolean): Hop {
  const said = `${version ?? 'of an unknown version'}, round trip ${String(roundTripMs)} ms`;
  return {
    name: 'server',
    ok: unfit === null || readOnly,
    detail: unfit === null ? said : `${said}: ${unfit}`,
    duration_ms: null,
  };
}

function identityHop(
  { engine }: PostgresDatabase | RedisDatabase,
  identity: string | null,
  pinned: string | null,
): Hop {
  const hop = (ok: boolean, detail: string): Hop => ({ name: 'identity', ok, detail, duration_ms: null });
  if (pinned !== null && identity === pinned) return hop(true, `${identity}, the expected one`);
  if (pinned !== null) return hop(false, `expected ${pinned}, but ${identity ?? 'one without an identity'} answers`);
  if (identity !== null) return hop(true, `${identity}; the environment expects no certain one`);
  return hop(true, engine === 'redis' ? 'none yet: init gives it one' : 'not told');
}

/** The words of an error; of one that stands for several (each address of a name was tried), those of the first. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  // What is wrong with a secret or a file of this computer is put right here: its next step belongs to it.
  if (first instanceof SyncError && first.code === 'SECRET_UNAVAILABLE' && first.hint !== null)
    return `${first.message}. ${first.hint}`;
  return first instanceof Error ? first.message : String(first);
}

/** The next step where the network has no way to the server; null where that is not what failed. */
function wayHint(error: unknown): string | null {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  return Object.hasOwn(wayHints, code) ? (wayHints[code] ?? null) : null;
}

const noWay = 'This computer has no way there: correct the host, or join its network.';

const wayHints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers on that port: correct the host or the port, or start the server.',
  ENOTFOUND: 'Nobody knows that name: correct the host.',
  EAI_AGAIN: 'The name could not be looked up now: look after the network of this computer, or correct the host.',
  EHOSTUNREACH: noWay,
  ENETUNREACH: noWay,
  ETIMEDOUT: 'Nothing answers there: correct the host or the port, or let a firewall in between pass it.',
};

/** What whoever wants a connection is told. */
async function asFailure(database: PostgresDatabase | RedisDatabase, cause: unknown): Promise<SyncError> {
  if (cause instanceof SyncError) return cause;
  const { name, label, engine, config } = database;
  return connectFailed(
    engine,
    { name, label, ...(config.via ?? config) },
    { reason: reasonOf(cause), cause, spoke: true },
  );
}

function greet(database: PostgresDatabase | RedisDatabase): Promise<Greeting> {
  return database.engine === 'postgres' ? greetPostgres(database) : greetRedis(database);
}

async function greetPostgres(database: PostgresDatabase): Promise<Greeting> {
  const client = await database.connect('check');
  try {
    const { rows } = await client.query<{ role: string; version: string; standby: boolean }>(
      `SELECT current_user::text AS role, 'PostgreSQL ' || current_setting('server_version') AS version, pg_is_in_recovery() AS standby`,
    );
    const identity = identityText(await postgresIdentity(client));
    const roundTripMs = await timed(() => client.query('SELECT 1'));
    const { role = '', version = null, standby = false } = rows[0] ?? {};
    return { as: role, version, identity, roundTripMs, unfit: standby ? 'a standby, which takes no writes' : null };
  } finally {
    await client.end();
  }
}

async function greetRedis(database: RedisDatabase): Promise<Greeting> {
  const redis = await database.connect('check');
  try {
    // A refusal is an answer too: what this user may not do is told by the rights.
    const roundTripMs = await timed(() => redis.ping().catch(() => null));
    const version = await redisFacts(redis, database).then(
      (facts) => `Redis ${facts.version}`,
      () => null,
    );
    const unfit = await checkRedisTarget(redis, database).then(
      () => null,
      (error: unknown) => reasonOf(error),
    );
    const identity = await knownRedisIdentity(redis).catch(() => null);
    return { as: database.config.username ?? 'default', version, identity, roundTripMs, unfit };
  } finally {
    redis.disconnect();
  }
}

async function timed(question: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await question();
  return rounded(performance.now() - start);
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
