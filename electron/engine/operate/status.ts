import type { Client } from 'pg';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { DatasetStatus, SourceStatus, StatusReport } from '../../../shared/engine/reports';
import { captureState } from '../capture/state';
import type { CaptureState } from '../capture/state';
import { reading } from '../connect/kept-connections';
import type { ResolvedDataset } from '../dataset/resolved';
import { pendingGap } from '../queue/claim';
import { captureRenewed } from '../queue/gap-jobs';
import { readRelayState } from '../queue/relay-state';
import { countFailedEntities } from '../queue/failed-jobs';
import { countGivenUp } from '../queue/given-up';
import { readHeldBack } from '../queue/held-back';
import { relayedSnapshot } from '../queue/relayed-snapshot';
import { readCheckpoint } from '../run/checkpoint';
import { errorDocument } from '../run/document';
import { baselineOf } from '../run/mode';
import { driftOf, guardedDatabase, isCaptured, isGuardCaptured } from '../run/stage-sources';
import { checkpointTarget } from '../run/target-name';
import { withheldBy } from '../run/withheld-gap';
import { installedVersion } from '../system/migrate';
import { lastRunOf } from '../system/last-run';
import { listActiveRuns } from '../system/runs';
import type { Selection } from './api';
import { readSystem } from './context';
import type { EngineContext } from './context';
import { greetSystem, prepareDatasets } from './prepare';
import type { Prepared } from './prepare';
import { lastVerification } from './last-verification';
import { unreadEntries } from './unread-entries';

const largeChangeLog = 1_000_000_000;

/** The rows of so many jobs are counted each time that somebody looks: about 50 ms. */
const mostToGroup = 50_000;

/**
 * How the chosen datasets stand. A source that cannot be reached is a warning, not a failure: the rest is still shown.
 * @throws SyncError DATASET_UNKNOWN, CONNECT_FAILED (SystemDB), SCHEMA_TOO_NEW
 */
export function status(context: EngineContext, request: Selection): Promise<StatusReport> {
  return readSystem(context, 'status', async (system) => {
    const initialised = (await installedVersion(system, 'system')) !== null;
    const interrupted = initialised ? await greetSystem(context, system) : [];
    const prepared = await prepareDatasets(context, request.datasets);
    const definitions = context.definitions.filter(({ name }) => prepared.names.includes(name));
    const warnings = prepared.warnings.map(({ dataset, text }) => (dataset === null ? text : `${dataset}: ${text}`));
    if (!initialised) warnings.push('Nothing is installed yet: run "astro-sync init".');
    if (interrupted.length > 0)
      warnings.push(`${String(interrupted.length)} runs were interrupted: ${interrupted.join(', ')}`);
    const states = new Map<string, CaptureState>();
    const sources: SourceStatus[] = [];
    const guarded = prepared.resolved.map(guardedDatabase).filter((name) => name !== null);
    for (const name of new Set([...sourceNames(context, definitions), ...guarded])) {
      const { report, state } = await sourceStatus(context, system, name);
      sources.push(report);
      if (state !== null) states.set(name, state);
    }
    const unread = await unreadEntries(context, prepared.resolved);
    const datasets: DatasetStatus[] = [];
    for (const definition of definitions) {
      const found = await datasetStatus(initialised ? system : null, definition, prepared, states);
      datasets.push('stream' in definition.source ? { ...found, unrelayed: unread.get(found.name) ?? null } : found);
    }
    const running = initialised ? await listActiveRuns(system) : [];
    return {
      environment: {
        name: context.environment.name,
        level: context.environment.level,
        read_only: context.environment.readOnly,
      },
      datasets,
      sources,
      running: running.map((run) => ({
        id: run.id,
        operator: run.operator,
        host: run.host,
        since: run.started_at,
        datasets: run.datasets,
        silent_since: run.silent_since ?? null,
      })),
      warnings,
    };
  });
}

function sourceNames(context: EngineContext, definitions: readonly DatasetDefinition[]): string[] {
  const names = new Set(definitions.map(({ source }) => source.database));
  return [...names].filter((name) => context.environment.definition.databases[name]?.engine === 'postgres');
}

async function sourceStatus(
  context: EngineContext,
  system: Client,
  name: string,
): Promise<{ report: SourceStatus; state: CaptureState | null }> {
  const label = context.environment.database(name).label;
  const unknown = {
    database: name,
    label,
    installed: null,
    unrelayed: null,
    change_log_rows: null,
    change_log_bytes: null,
  };
  try {
    return await reading(context.environment.postgres(name), 'status', async (client) => {
      const state = await captureState(client, await relayedSnapshot(client, system));
      const { rows } = await client.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
      const heldBack = state.installed ? await readHeldBack(client, rows[0]?.snapshot ?? '') : null;
      const warnings = state.drift.map(({ reason }) => reason);
      if (state.bytes > largeChangeLog) {
        warnings.push('the change log is over 1 GB: run its datasets, or stop capture with "astro-sync uninstall"');
      }
      const report: SourceStatus = {
        database: name,
        label,
        installed: state.installed,
        unrelayed: state.installed ? state.unrelayed : null,
        change_log_rows: state.installed ? state.rows : null,
        change_log_bytes: state.installed ? state.bytes : null,
        oldest_change_at: state.oldestAt,
        held_back: heldBack,
        warnings,
      };
      return { report, state };
    });
  } catch (error) {
    const warnings = [error instanceof Error ? error.message : String(error)];
    return { report: { ...unknown, oldest_change_at: null, held_back: null, warnings }, state: null };
  }
}

async function datasetStatus(
  system: Client | null,
  definition: DatasetDefinition,
  prepared: Prepared,
  states: ReadonlyMap<string, CaptureState>,
): Promise<DatasetStatus> {
  const { name, source } = definition;
  const resolved = prepared.resolved.find((dataset) => dataset.name === name) ?? null;
  const problem = prepared.problems.get(name) ?? null;
  const state = states.get(source.database);
  const guardName = resolved === null ? null : guardedDatabase(resolved);
  const guardState = guardName === null ? null : (states.get(guardName) ?? null);
  const common = {
    name,
    source: describeSource(definition),
    target: describeTarget(definition),
    installed:
      'stream' in source ||
      (state === undefined
        ? null
        : state.datasets.includes(name) &&
          (resolved === null || (isCaptured(resolved, state) && isGuardCaptured(resolved, guardState)))),
    error: problem === null ? null : errorDocument(problem),
    unrelayed: state?.installed === true ? (state.unrelayedOf[name] ?? 0) : null,
  };
  if (system === null) {
    return {
      ...common,
      baseline: 'none',
      gap_reason: null,
      backlog: null,
      backlog_rows: null,
      oldest_pending_at: null,
      withheld: null,
      failed: null,
      last_run: null,
      last_verified_at: null,
      differences: null,
    };
  }
  return { ...common, ...(await recorded(system, definition, resolved, state ?? null, guardState)) };
}

/** True where the next relay will find another capture of the dataset than the last one did. */
async function wasRenewed(system: Client, dataset: string, state: CaptureState | null): Promise<boolean> {
  const installed = state?.installations[dataset];
  const captureId = state?.captureId ?? null;
  if (installed === undefined || captureId === null) return false;
  const relayed = await readRelayState(system, captureId);
  return relayed?.installations[dataset] !== installed;
}

/** What SystemDB knows of a dataset. */
async function recorded(
  system: Client,
  { name, source }: DatasetDefinition,
  resolved: ResolvedDataset | null,
  state: CaptureState | null,
  guard: CaptureState | null,
) {
  const checkpoint = resolved === null ? null : await readCheckpoint(system, name, checkpointTarget(resolved));
  const hasBaseline = (checkpoint?.baselineRun ?? null) !== null;
  const changed =
    hasBaseline && resolved !== null && checkpoint?.fingerprint !== resolved.fingerprint
      ? 'its definition or a table changed since the last full run'
      : null;
  const renewed =
    hasBaseline && ((await wasRenewed(system, name, state)) || (await wasRenewed(system, name, guard)))
      ? captureRenewed
      : null;
  const driftIn = (capture: CaptureState | null): string | null =>
    hasBaseline && resolved !== null && capture !== null ? driftOf(resolved, capture) : null;
  const drifted = driftIn(state) ?? driftIn(guard);
  const gap = checkpoint?.gapReason ?? (await pendingGap(system, name)) ?? drifted ?? changed ?? renewed;
  const { rows } = await system.query<{ backlog: number; withheld: number; oldest: string | null }>(
    `SELECT count(*)::int AS backlog, (count(*) FILTER (WHERE run_id IS NOT NULL))::int AS withheld,
       to_char(min(created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS oldest
     FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'pending'`,
    [name],
  );
  const failed = await countFailedEntities(system, name);
  const differences = checkpoint?.differences ?? null;
  const givenUp = await countGivenUp(system, name, checkpoint?.lastVerifiedAt ?? null);
  // What was skipped may have been among the differences before.
  const known = Math.max(differences ?? 0, failed + givenUp);
  return {
    baseline: baselineOf({ stream: 'stream' in source, baseline: hasBaseline, gap }),
    gap_reason: gap,
    gap_closed_by: gap === null ? null : 'stream' in source ? ('acknowledgement' as const) : ('full_run' as const),
    backlog: rows[0]?.backlog ?? 0,
    backlog_rows: await rowsOfBacklog(system, name, rows[0]?.backlog ?? 0),
    oldest_pending_at: rows[0]?.oldest ?? null,
    withheld: rows[0]?.withheld ?? 0,
    withheld_by: withheldBy(gap),
    failed,
    last_run: await lastRunOf(system, name),
    last_verified_at: checkpoint?.lastVerifiedAt ?? null,
    last_verification: await lastVerification(system, name, checkpoint),
    differences: known === 0 ? differences : known,
    given_up: givenUp,
    // Those whose change was settled since are so no more.
    in_flight: Math.min(checkpoint?.inFlight ?? 0, rows[0]?.backlog ?? 0),
  };
}

/** How many entities the pending jobs of a dataset are of, several changes of one counted once; null where they are too many. */
async function rowsOfBacklog(system: Client, dataset: string, backlog: number): Promise<number | null> {
  if (backlog === 0 || backlog > mostToGroup) return backlog === 0 ? 0 : null;
  const { rows } = await system.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT FROM astro_sync.job_queue WHERE dataset = $1 AND status = 'pending' AND NOT gap GROUP BY entity) entities`,
    [dataset],
  );
  return rows[0]?.count ?? 0;
}

function describeSource({ source }: DatasetDefinition): string {
  if ('table' in source) return `${source.database} ${source.table}`;
  if ('query' in source) return `${source.database} (query)`;
  return `${source.database} ${source.stream} (${source.entity})`;
}

function describeTarget({ target }: DatasetDefinition): string {
  if ('table' in target) return `${target.database} ${target.table}`;
  if ('hash' in target) return `${target.database} ${target.hash}`;
  if ('json' in target) return `${target.database} ${target.json}`;
  return `${target.database} ${target.string}`;
}
