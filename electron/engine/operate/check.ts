import type { ErrorDocument } from '../../../shared/engine/documents';
import { notInitialised } from '../../../shared/engine/not-initialised';
import type { CheckReport, Right } from '../../../shared/engine/reports';
import type { Environment } from '../connect/environment';
import { SyncError } from '../errors';
import type { ResolvedDataset } from '../dataset/resolved';
import { capturedGuard, installedCapture, isCaptured, isGuardCaptured } from '../run/stage-sources';
import { checkRights } from '../dataset/rights';
import type { MissingRights } from '../dataset/rights';
import { wantedByDefinitions } from '../dataset/rights-by-definition';
import { wantedRights } from '../dataset/rights-wanted';
import { errorDocument } from '../run/document';
import { requireStream } from '../stream/require-stream';
import type { Selection } from './api';
import { checkHops } from './check-hops';
import type { DatabaseCheck } from './check-hops';
import type { EngineContext } from './context';
import { withKnownFailures } from './known-failures';
import { prepareDatasets } from './prepare';
import type { Prepared } from './prepare';
import { checkRedisRights } from './redis-rights';
import type { RedisRights } from './redis-rights';
import { wantedCommands } from './redis-wanted';

/**
 * Tries every hop to every database, checks the chosen definitions against the catalogs, and lists the rights that each dataset needs
 * and the GRANTs that are missing. Writes nothing. What fails is in the report, and keeps nothing else out of it.
 * @throws SyncError DATASET_UNKNOWN
 */
export async function check(context: EngineContext, request: Selection): Promise<CheckReport> {
  const { names, definition, readOnly } = context.environment;
  // Whoever checks wants to know how it is now.
  context.environment.forgetRefusals();
  const tried = await Promise.all(
    names.map((name) =>
      checkHops(context.environment.database(name), definition.databases[name]?.identity ?? null, readOnly),
    ),
  );
  const failures = new Map(tried.flatMap(({ found, failure }) => (failure === null ? [] : [[found.name, failure]])));
  const environment = withKnownFailures(context.environment, failures);
  // Connections can be tried before there is any definition.
  const prepared =
    context.definitions.length === 0 ? null : await prepareDatasets({ ...context, environment }, request.datasets);
  const away = new Set(failures.keys());
  const [rights, open, streams] =
    prepared === null
      ? [await ownRights(environment, away), [], new Map<string, SyncError>()]
      : await Promise.all([
          rightsOf({ ...context, environment }, prepared, away),
          uncaptured(environment, prepared.resolved),
          wrongStreams(environment, prepared.resolved),
        ]);
  const problems = new Map([...streams, ...(prepared?.problems ?? [])]);
  const databases = tried.map(({ found }) => withRedisRights(withRights(found, rights), rights.redis));
  return {
    ok: databases.every(({ ok }) => ok) && problems.size === 0,
    databases,
    datasets: prepared?.names.map((name) => datasetCheck(name, { ...prepared, problems }, open, rights.of(name))) ?? [],
    warnings: [
      ...(away.size > 0 && prepared !== null
        ? [`What may be done in ${[...away].join(', ')} is not known: nobody could log in there.`]
        : []),
      ...(prepared === null
        ? ['There is no dataset definition: only connections were tried, and what the program itself needs.']
        : []),
    ],
  };
}

/** What was found of the rights: in each PostgreSQL, in each Redis, and of each dataset. */
interface AllRights {
  readonly postgres: readonly MissingRights[];
  readonly redis: readonly RedisRights[];
  readonly of: (dataset: string) => Right[];
  /** Who needs them. */
  readonly needing: string;
}

/**
 * What every PostgreSQL of an environment needs, whatever the datasets will be: SystemDB keeps the queue there, a source its captured
 * changes, a target what was applied.
 */
async function ownRights(environment: Environment, away: ReadonlySet<string>): Promise<AllRights> {
  const databases = environment.names.filter((name) => environment.database(name).engine === 'postgres');
  const own = { dataset: '', databases, captures: [], tables: [], queries: [], mentions: [] };
  const { databases: postgres } = await checkRights(environment, [own], away);
  return { postgres, redis: [], of: () => [], needing: 'the program itself needs' };
}

/** Problems that leave open what else is missing. */
const hiding: ReadonlySet<string> = new Set([
  'RIGHTS_MISSING',
  'CONNECT_FAILED',
  'CONNECTION_LOST',
  'SECRET_UNAVAILABLE',
  'ENVIRONMENT_INVALID',
  'TUNNEL_FAILED',
]);

async function rightsOf(
  { environment, definitions }: EngineContext,
  { names, resolved, problems }: Prepared,
  away: ReadonlySet<string>,
): Promise<AllRights> {
  const hidden = definitions.filter(({ name }) => hiding.has(problems.get(name)?.code ?? ''));
  const wanted = [...resolved.map(wantedRights), ...(await wantedByDefinitions(environment, hidden))];
  const commands = [...resolved.map(({ definition }) => definition), ...hidden].flatMap(wantedCommands);
  const [postgres, redis] = await Promise.all([
    checkRights(environment, wanted, away),
    checkRedisRights(environment, commands, away),
  ]);
  const ofRedis = (dataset: string): Right[] =>
    redis.flatMap(({ rights }) => rights).flatMap(({ dataset: whose, ...right }) => (whose === dataset ? [right] : []));
  const found = new Map(names.map((name) => [name, [...(postgres.datasets.get(name) ?? []), ...ofRedis(name)]]));
  return {
    postgres: postgres.databases,
    redis,
    of: (dataset) => found.get(dataset) ?? [],
    needing: 'the datasets need',
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

function datasetCheck(
  name: string,
  prepared: Prepared,
  open: readonly string[],
  rights: readonly Right[],
): CheckReport['datasets'][number] {
  const error = prepared.problems.get(name) ?? null;
  return {
    name,
    ok: error === null && rights.every(({ has }) => has !== false),
    ...(open.includes(name) ? { captured: false } : {}),
    error: error === null ? null : withOwnHint(errorDocument(error)),
    rights: [...rights],
    warnings: [
      ...prepared.warnings.filter(({ dataset }) => dataset === name).map(({ text }) => text),
      ...(open.includes(name) ? [notInitialised] : []),
    ],
  };
}

/** Whoever reads this has just checked. */
function withOwnHint(error: ErrorDocument): ErrorDocument {
  return error.code === 'CONNECT_FAILED' ? { ...error, hint: 'At its database stands which hop failed.' } : error;
}

function withRights(database: DatabaseCheck, { postgres, needing }: AllRights): DatabaseCheck {
  const found = postgres.find((each) => each.database === database.name);
  if (found === undefined) return database;
  const { missing, recommended, grants, role } = found;
  const here = missing.filter((sql) => grants.includes(sql)).length;
  const count = (number: number): string => (number === 1 ? '1 grant' : `${String(number)} grants`);
  const elsewhere = 'listed at another database of this server';
  const lacking =
    here === 0
      ? `${count(missing.length)}, ${elsewhere}`
      : `${count(here)}${here < missing.length ? `, and ${String(missing.length - here)} ${elsewhere}` : ''}`;
  const detail = missing.length === 0 ? `${role} may do what ${needing}` : `${role} lacks ${lacking}`;
  return {
    ...database,
    ok: database.ok && missing.length === 0,
    hops: [...database.hops, { name: 'rights', ok: missing.length === 0, detail, duration_ms: null }],
    grants: [...grants],
    recommended: recommended.filter(({ grant }) => grants.includes(grant)),
  };
}

function withRedisRights(database: DatabaseCheck, rights: readonly RedisRights[]): DatabaseCheck {
  const found = rights.find((each) => each.database === database.name);
  // Of one that nobody could log in to, its hops tell.
  if (found === undefined || !database.hops.some(({ name, ok }) => name === 'login' && ok)) return database;
  const { user, grants, lacking, unknown } = found;
  const ok = lacking === 0;
  const detail =
    lacking > 0
      ? `${user} may not use ${lacking === 1 ? '1 command' : `${String(lacking)} commands`} on the keys of the datasets`
      : unknown > 0
        ? `what ${user} may do could not be asked: that takes MULTI and DISCARD, or ACL DRYRUN`
        : `${user} may do what the datasets need`;
  return {
    ...database,
    ok: database.ok && ok,
    hops: [...database.hops, { name: 'rights', ok, detail, duration_ms: null }],
    grants: [...grants],
  };
}
