import { lookup } from 'node:dns/promises';
import type { ErrorDocument } from '../../../shared/engine/documents';
import type { CheckReport } from '../../../shared/engine/reports';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import type { PostgresDatabase } from '../connect/postgres';
import { probeConnection, probeTls } from '../connect/probe';
import type { RedisDatabase } from '../connect/redis';
import { checkRedisTarget } from '../connect/redis-facts';
import type { Environment } from '../connect/environment';
import { SyncError } from '../errors';
import type { ResolvedDataset } from '../dataset/resolved';
import { capturedGuard, installedCapture, isCaptured, isGuardCaptured } from '../run/stage-sources';
import { checkRights } from '../dataset/rights';
import type { MissingRights } from '../dataset/rights';
import { errorDocument } from '../run/document';
import { knownRedisIdentity } from '../stream/redis-identity';
import { requireStream } from '../stream/require-stream';
import type { Selection } from './api';
import type { EngineContext } from './context';
import { prepareDatasets } from './prepare';
import type { Prepared } from './prepare';

type DatabaseCheck = CheckReport['databases'][number];
type Hop = DatabaseCheck['hops'][number];

/**
 * Tries every hop to every database, checks the chosen definitions against the catalogs and lists the GRANTs that are missing.
 * Writes nothing. What fails is in the report.
 * @throws SyncError DATASET_UNKNOWN
 */
export async function check(context: EngineContext, request: Selection): Promise<CheckReport> {
  const { environment } = context;
  const databases: DatabaseCheck[] = [];
  for (const name of environment.names) {
    const database = environment.database(name);
    databases.push(await checkDatabase(database, environment.definition.databases[name]?.identity ?? null));
  }
  // Connections can be tried before there is any definition.
  const prepared = context.definitions.length === 0 ? null : await prepareDatasets(context, request.datasets);
  const unreachable = databases.some(({ ok }) => !ok);
  const rights = unreachable || prepared === null ? [] : await checkRights(environment, prepared.resolved);
  const open = unreachable || prepared === null ? [] : await uncaptured(environment, prepared.resolved);
  const streams = prepared === null ? new Map<string, SyncError>() : await wrongStreams(environment, prepared.resolved);
  const problems = new Map([...streams, ...(prepared?.problems ?? [])]);
  const withGrants = databases.map((database) => withRights(database, rights));
  return {
    ok: withGrants.every(({ ok }) => ok) && problems.size === 0,
    databases: withGrants,
    datasets: prepared?.names.map((name) => datasetCheck(name, { ...prepared, problems }, open)) ?? [],
    warnings: [
      ...(unreachable ? ['Rights were not checked, because a database could not be reached.'] : []),
      ...(prepared === null ? ['There is no dataset definition: only connections were tried.'] : []),
    ],
  };
}

/** Datasets whose stream is none, by name; what cannot be reached stands at its database. */
async function wrongStreams(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
): Promise<Map<string, SyncError>> {
  const wrong = new Map<string, SyncError>();
  for (const { name, source } of datasets) {
    if (source.engine !== 'redis') continue;
    const database = environment.redis(source.database);
    const redis = await database.connect('check').catch(() => null);
    try {
      if (redis !== null) await requireStream(redis, database, source.stream);
    } catch (error) {
      if (error instanceof SyncError) wrong.set(name, error);
    } finally {
      redis?.disconnect();
    }
  }
  return wrong;
}

/** The datasets whose changes are not captured as they are defined now. */
async function uncaptured(environment: Environment, datasets: readonly ResolvedDataset[]): Promise<string[]> {
  const installed = new Map<string, Awaited<ReturnType<typeof installedCapture>>>();
  const open: string[] = [];
  for (const dataset of datasets) {
    if (dataset.source.engine !== 'postgres') continue;
    const name = dataset.source.database;
    const capture = installed.get(name) ?? (await installedCapture(environment.postgres(name)).catch(() => null));
    // Who may not look at the capture is told so by the rights.
    if (capture === null) continue;
    installed.set(name, capture);
    const guard = await capturedGuard(environment, dataset).catch(() => null);
    const guarded = guard === null || isGuardCaptured(dataset, guard);
    if (!isCaptured(dataset, capture) || !guarded) open.push(dataset.name);
  }
  return open;
}

function datasetCheck(name: string, prepared: Prepared, open: readonly string[]): CheckReport['datasets'][number] {
  const error = prepared.problems.get(name) ?? null;
  return {
    name,
    ok: error === null,
    ...(open.includes(name) ? { captured: false } : {}),
    error: error === null ? null : withOwnHint(errorDocument(error)),
    warnings: [
      ...prepared.warnings.filter(({ dataset }) => dataset === name).map(({ text }) => text),
      ...(open.includes(name) ? ['not initialised: every run is a full one until astro-sync init'] : []),
    ],
  };
}

/** Whoever reads this has just checked. */
function withOwnHint(error: ErrorDocument): ErrorDocument {
  return error.code === 'CONNECT_FAILED' ? { ...error, hint: 'At its database stands which hop failed.' } : error;
}

function withRights(database: DatabaseCheck, rights: readonly MissingRights[]): DatabaseCheck {
  const found = rights.find((each) => each.database === database.name);
  if (found === undefined) return database;
  const { missing, grants, role } = found;
  const here = missing.filter((sql) => grants.includes(sql)).length;
  const count = (number: number): string => (number === 1 ? '1 grant' : `${String(number)} grants`);
  const elsewhere = 'listed at another database of this server';
  const lacking =
    here === 0
      ? `${count(missing.length)}, ${elsewhere}`
      : `${count(here)}${here < missing.length ? `, and ${String(missing.length - here)} ${elsewhere}` : ''}`;
  const detail = missing.length === 0 ? `${role} may do what the datasets need` : `${role} lacks ${lacking}`;
  return {
    ...database,
    ok: database.ok && missing.length === 0,
    hops: [...database.hops, { name: 'rights', ok: missing.length === 0, detail, duration_ms: null }],
    grants: [...grants],
    recommended: grants.filter((sql) => !missing.includes(sql)),
  };
}

async function checkDatabase(
  database: PostgresDatabase | RedisDatabase,
  pinned: string | null,
): Promise<DatabaseCheck> {
  const hops: Hop[] = [];
  const hop: TryHop = async (name, work) => {
    const start = performance.now();
    try {
      const { detail, value } = await work();
      hops.push({ name, ok: true, detail, duration_ms: rounded(performance.now() - start) });
      return value;
    } catch (error) {
      hops.push({ name, ok: false, detail: reasonOf(error), duration_ms: rounded(performance.now() - start) });
      return null;
    }
  };
  const reached = await reach(database, hop);
  const facts = reached
    ? await hop('login', async () => {
        const value = database.engine === 'postgres' ? await greetPostgres(database) : await greetRedis(database);
        const tls = database.config.tls === null ? 'without TLS' : 'with TLS';
        return { detail: `${value.version}, ${tls}, round trip ${String(value.roundTripMs)} ms`, value };
      })
    : null;
  if (facts !== null && pinned !== null) {
    const same = facts.identity === pinned;
    const detail = same
      ? 'the server is the expected one'
      : `expected ${pinned}, but ${facts.identity ?? 'one without an identity'} answers`;
    hops.push({ name: 'identity', ok: same, detail, duration_ms: null });
  }
  return {
    name: database.name,
    label: database.label,
    ok: hops.every(({ ok }) => ok),
    identity: facts?.identity ?? null,
    version: facts?.version ?? null,
    hops,
    grants: [],
    recommended: [],
  };
}

/** The words of an error; of one that stands for several (each address of a name was tried), those of the first. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

type TryHop = <T>(name: string, work: () => Promise<{ detail: string; value: T }>) => Promise<T | null>;

/** The hops before a login: the name, the way to the port, TLS. True where all of them could be made. */
async function reach(database: PostgresDatabase | RedisDatabase, hop: TryHop): Promise<boolean> {
  const { host, port, tls, via } = database.config;
  const isNear = via === undefined || via === null;
  const named = await hop('name', async () => {
    if (!isNear) return { detail: `${host} is looked up at the other end of the tunnel`, value: true };
    const { address } = await lookup(host);
    return { detail: `${host} is ${address}`, value: true };
  });
  if (named === null) return false;
  const connected = await hop('connect', async () => {
    const address = await probeConnection(database);
    return { detail: isNear ? `${address} answers` : `port ${String(port)} through the tunnel`, value: true };
  });
  if (connected === null) return false;
  if (tls === null) return true;
  return (await hop('TLS', async () => ({ detail: await probeTls(database), value: true }))) ?? false;
}

interface ServerGreeting {
  readonly version: string;
  /** null for a Redis on which nothing is installed yet. */
  readonly identity: string | null;
  readonly roundTripMs: number;
}

async function greetPostgres(database: PostgresDatabase): Promise<ServerGreeting> {
  const client = await database.connect('check');
  try {
    const { rows } = await client.query<{ version: string }>(
      `SELECT 'PostgreSQL ' || current_setting('server_version') AS version`,
    );
    const identity = identityText(await postgresIdentity(client));
    const start = performance.now();
    await client.query('SELECT 1');
    return { version: rows[0]?.version ?? 'PostgreSQL', identity, roundTripMs: rounded(performance.now() - start) };
  } finally {
    await client.end();
  }
}

async function greetRedis(database: RedisDatabase): Promise<ServerGreeting> {
  const redis = await database.connect('check');
  try {
    const { version } = await checkRedisTarget(redis, database);
    const start = performance.now();
    await redis.ping();
    const roundTripMs = rounded(performance.now() - start);
    return { version: `Redis ${version}`, identity: await knownRedisIdentity(redis), roundTripMs };
  } finally {
    redis.disconnect();
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
