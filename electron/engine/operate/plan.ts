import { createHash, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { noCounts } from '../../../shared/engine/counts';
import type { RunDocument } from '../../../shared/engine/documents';
import { orCancelled, throwIfCancelled } from '../cancelled';
import { stoppable } from '../connect/stoppable';
import type { ResolvedDataset } from '../dataset/resolved';
import type { SyncError } from '../errors';
import { countWork } from '../run/count-work';
import { asSyncError, datasetDocument, errorDocument, failedDocument, overallError } from '../run/document';
import type { DatasetFacts } from '../run/document';
import type { PlanTally } from '../run/driver';
import { openMember } from '../run/member';
import { trackProgress } from '../run/progress';
import { closeStageSources, isCaptured, noSources, openStageSources } from '../run/stage-sources';
import type { StageSource } from '../run/stage-sources';
import { relayStreams } from '../run/stage-streams';
import { storePlan } from '../system/plans';
import type { PlanRequest } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { errorOfWhole } from './masks';
import { greetSystem, prepareDatasets } from './prepare';
import type { Prepared } from './prepare';
import { inOrder } from './run';
import { plannedWork } from './stored-plan';
import type { PlannedDataset } from './stored-plan';

/**
 * Counts what a run would do and, where something may be written through this environment, keeps the plan for an hour so that
 * `run --plan` does just that. What of it cannot be counted says why, and is no part of the plan that is kept for the others. Writes to
 * no dataset. Never throws: the document carries the error.
 */
export async function plan(given: EngineContext, request: PlanRequest): Promise<RunDocument> {
  const id = randomUUID();
  const { environment, release } = stoppable(given.environment, request.signal);
  const context = { ...given, environment };
  try {
    return await withSystem(context, 'plan', async (system) => {
      await greetSystem(context, system);
      const prepared = await prepareDatasets(context, request.datasets, request.signal);
      const planned = await planDatasets(context, request, prepared, system, id);
      const facts = inOrder(
        prepared.names,
        planned.map(({ facts: each }) => each),
        prepared.problems,
      );
      const error = overallError(facts);
      const counted = planned.some(({ tally }) => tally !== null);
      const stopped = facts.some((fact) => fact.error?.code === 'CANCELLED');
      const stored = counted && !stopped && !context.environment.readOnly;
      if (stored) await store(context, request, prepared, planned, system, id);
      return {
        ok: error === null,
        id: stored ? id : null,
        status: error === null ? 'planned' : 'failed',
        datasets: facts.map(datasetDocument),
        error: error === null ? null : errorDocument(error),
      };
    });
  } catch (thrown) {
    return failedDocument(null, errorOfWhole(context, orCancelled(request.signal, thrown)));
  } finally {
    release();
  }
}

interface Planned {
  readonly facts: DatasetFacts;
  readonly tally: PlanTally | null;
}

async function planDatasets(
  context: EngineContext,
  request: PlanRequest,
  prepared: Prepared,
  system: Client,
  id: string,
): Promise<Planned[]> {
  const mayRelay = !context.environment.readOnly;
  const signal = request.signal ?? new AbortController().signal;
  const log = (dataset: string | null, level: 'debug' | 'info' | 'warn' | 'error', message: string): void => {
    context.listener({ type: 'log', run: id, dataset, level, message, at: new Date().toISOString() });
  };
  for (const { dataset, text } of prepared.warnings) log(dataset, 'warn', text);
  const { environment } = context;
  const listener = { log, signal };
  const unread = mayRelay
    ? await relayStreams(environment, prepared.resolved, prepared.everything, listener)
    : noSources.refused;
  const opened = await openStageSources(environment, prepared.resolved, mayRelay);
  try {
    const planned: Planned[] = [];
    for (const dataset of prepared.resolved) {
      const refused = unread.get(dataset.name) ?? opened.refused.get(dataset.name) ?? null;
      const { sources } = opened;
      planned.push(await planOne({ context, request, system, id, dataset, sources, refused, signal, log, mayRelay }));
    }
    return planned;
  } finally {
    await closeStageSources(opened);
  }
}

async function planOne(options: {
  readonly context: EngineContext;
  readonly request: PlanRequest;
  readonly system: Client;
  readonly id: string;
  readonly dataset: ResolvedDataset;
  readonly sources: ReadonlyMap<string, StageSource>;
  /** Why its source or stream could not be read. */
  readonly refused: SyncError | null;
  readonly signal: AbortSignal;
  readonly log: (dataset: string | null, level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  readonly mayRelay: boolean;
}): Promise<Planned> {
  const { context, request, system, id, dataset, sources, refused, signal, log, mayRelay } = options;
  const startedAt = performance.now();
  const tracker = trackProgress(id, dataset.name, context.listener);
  const source = dataset.source.engine === 'postgres' ? (sources.get(dataset.source.database) ?? null) : null;
  const heldBack = source?.relayed?.heldBack ?? null;
  const common = { name: dataset.name, heldBack, verified: null, differences: null };
  try {
    throwIfCancelled(signal);
    if (refused !== null) throw refused;
    const member = await tracker.time('connect', () =>
      openMember({
        environment: context.environment,
        dataset,
        // What nothing was relayed for can only be compared.
        mode: mayRelay ? request.mode : 'full',
        system,
        source,
        runId: id,
        write: null,
        tracker,
        signal,
        log: (level, message) => {
          log(dataset.name, level, message);
        },
      }),
    );
    try {
      const { mode, baseline } = member.decided;
      const tally = await tracker.time('plan', () =>
        countWork({ dataset, mode, driver: member.driver, queue: member.queue, tracker, signal }),
      );
      tracker.flush(true);
      return {
        tally,
        facts: {
          ...common,
          mode,
          baseline,
          ...plannedWork(tally, request),
          captured: member.captured || (!mayRelay && source !== null && isCaptured(dataset, source)),
          samples: tally.samples.map((sample) => ({ ...sample })),
          durationMs: performance.now() - startedAt,
          phasesMs: tracker.phasesMs,
          error: null,
        },
      };
    } finally {
      await member.close();
    }
  } catch (thrown) {
    const error: SyncError = asSyncError(orCancelled(signal, thrown), dataset.masked);
    const facts = { ...common, mode: null, baseline: 'none' as const, counts: noCounts() };
    return {
      tally: null,
      facts: { ...facts, durationMs: performance.now() - startedAt, phasesMs: tracker.phasesMs, error },
    };
  }
}

async function store(
  context: EngineContext,
  request: PlanRequest,
  prepared: Prepared,
  planned: readonly Planned[],
  system: Client,
  id: string,
): Promise<void> {
  const datasets = prepared.resolved.flatMap((dataset): PlannedDataset[] => {
    const found = planned.find(({ facts }) => facts.name === dataset.name);
    if (found === undefined || found.tally === null || found.facts.mode === null) return [];
    return [
      {
        name: dataset.name,
        mode: found.facts.mode,
        baseline: found.facts.baseline,
        captured: found.facts.captured,
        fingerprint: dataset.fingerprint,
        definitionHash: prepared.definitionHashes.get(dataset.name) ?? '',
        tally: found.tally,
      },
    ];
  });
  await storePlan(system, {
    id,
    environment: context.environment.name,
    operator: context.caller.operator,
    mode: request.mode,
    fingerprint: createHash('sha256')
      .update(datasets.map((dataset) => dataset.fingerprint).join(' '))
      .digest('hex'),
    datasets,
  });
}
