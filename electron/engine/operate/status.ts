import type { Client } from 'pg';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import type { DatasetStatus, SourceStatus, StatusReport } from '../../../shared/engine/reports';
import type { CaptureState } from '../capture/state';
import { errorDocument } from '../run/document';
import { guardedDatabase, isCaptured, isGuardCaptured } from '../run/stage-sources';
import { installedVersion } from '../system/migrate';
import { listActiveRuns } from '../system/runs';
import type { Selection } from './api';
import { readSystem } from './context';
import type { EngineContext } from './context';
import { greetSystem, prepareDatasets } from './prepare';
import type { Prepared } from './prepare';
import { recordedStatus } from './recorded-status';
import { sourceStatus } from './source-status';
import { unreadEntries } from './unread-entries';

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
  return { ...common, ...(await recordedStatus(system, definition, resolved, state ?? null, guardState)) };
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
