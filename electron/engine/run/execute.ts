import type { Client } from 'pg';
import type { Mode } from '../../../shared/engine/documents';
import type { Environment } from '../connect/environment';
import { orCancelled } from '../cancelled';
import { stoppable } from '../connect/stoppable';
import { tablesOfOthers } from '../dataset/tables-of-others';
import type { ResolvedDataset } from '../dataset/resolved';
import { claimTargets } from './claim-targets';
import { conclude } from './conclude';
import type { Traveller } from './conclude';
import { assertWithinPlan, beyondPlan, changedByRun, countWork } from './count-work';
import { datasetRun } from './dataset-run';
import { asSyncError, ofDataset } from './document';
import type { DatasetFacts } from './document';
import type { Allowance } from './guards';
import type { PlanTally } from './driver';
import { openMember } from './member';
import type { SyncError } from '../errors';
import { stagesOf } from './order';
import { timeTogether, trackProgress } from './progress';
import type { RunRecorder } from './recorder';
import { closeStageSources, noSources, openStageSources } from './stage-sources';
import type { SharedClock, StageSource } from './stage-sources';
import { relayStreams } from './stage-streams';
import type { Everything } from './stage-streams';
import type { DatasetRecord } from '../system/run-dataset';

export interface ExecuteOptions {
  readonly environment: Environment;
  readonly datasets: readonly ResolvedDataset[];
  readonly everything: Everything;
  readonly mode: Mode;
  readonly recorder: RunRecorder;
  readonly operator: string;
  /** A connection to SystemDB for short statements. */
  readonly system: Client;
  readonly allowanceOf: (dataset: string) => Allowance;
  /** What a stored plan counted. */
  readonly planned?: ReadonlyMap<string, PlanTally>;
}

/**
 * Runs datasets, stage by stage (docs/decisions/0001): relay and snapshot, upserts parents first, what was set aside, deletes
 * children first, verification. An error of one dataset is in its facts; the others go on.
 */
export async function executeRun(options: ExecuteOptions): Promise<DatasetFacts[]> {
  const facts = new Map<string, DatasetFacts>();
  const claiming = stoppable(options.environment, options.recorder.signal);
  const held = await claimTargets({ ...options, environment: claiming.environment });
  claiming.release();
  for (const stage of stagesOf(options.datasets)) {
    for (const fact of await executeStage(options, stage, held)) facts.set(fact.name, fact);
  }
  return options.datasets.flatMap((dataset) => facts.get(dataset.name) ?? []);
}

/**
 * Each dataset at work takes up to seven connections. So many of a stage keep theirs from step to step; where there are more, each
 * gives its own back after each step, since a server has about a hundred for everybody.
 */
const togetherAtMost = 4;

async function executeStage(
  options: ExecuteOptions,
  stage: readonly ResolvedDataset[],
  held: ReadonlyMap<string, SyncError>,
): Promise<DatasetFacts[]> {
  const { environment, recorder } = options;
  const travellers = stage.map((dataset): Traveller => ({
    dataset,
    tracker: trackProgress(recorder.runId, dataset.name, recorder.listener),
    spentMs: 0,
    warnings: [],
    member: null,
    run: null,
    error: held.get(dataset.name) ?? null,
  }));
  let opened = noSources;
  const clock: SharedClock = (datasets, work) => {
    const waiting = travellers.filter(({ dataset }) => datasets.includes(dataset));
    return timeTogether(
      waiting.map(({ tracker }) => tracker),
      'relay',
      work,
    );
  };
  const open = travellers.filter(({ error }) => error === null);
  const reading = stoppable(environment, recorder.signal);
  if (open.length > 0) {
    const unread = await relayStreams(reading.environment, stage, options.everything, recorder, clock);
    opened = await openStageSources(reading.environment, stage, true, clock);
    reading.patient();
    // Once it was stopped, that is what every dataset says at its next step.
    for (const traveller of recorder.signal.aborted ? [] : open)
      traveller.error = unread.get(traveller.dataset.name) ?? opened.refused.get(traveller.dataset.name) ?? null;
  }
  const together = travellers.length <= togetherAtMost;
  const step = async (work: (traveller: Traveller) => Promise<void>, order = travellers): Promise<void> => {
    for (const traveller of order) {
      if (traveller.error !== null) continue;
      const start = performance.now();
      try {
        if (recorder.signal.aborted) throw asSyncError(recorder.signal.reason);
        await work(traveller);
        if (!together) await traveller.member?.rest();
      } catch (error) {
        await traveller.member?.close();
        const reason = asSyncError(orCancelled(recorder.signal, error), traveller.dataset.masked);
        traveller.error = ofDataset(traveller.dataset.name, reason);
        recorder.log(traveller.dataset.name, 'error', traveller.error.message);
      }
      traveller.spentMs += performance.now() - start;
    }
  };
  try {
    await step((traveller) =>
      openTraveller({ ...options, environment: reading.environment }, traveller, opened.sources),
    );
    await step((traveller) => approve(options, traveller));
    await step(async ({ run }) => run?.upsert());
    await step(async ({ run }) => run?.retrySetAside());
    await step(async ({ run }) => run?.remove(), [...travellers].reverse());
    await recorder.status('verifying');
    await step(async ({ run, tracker }) => {
      await run?.verify();
      const outcome = run?.outcome();
      if (outcome?.verified !== true) return;
      // Whoever is through says so, though others are not.
      tracker.settle(outcome.counts);
      tracker.flush(true);
    });
    await recorder.status('running');
    // One after the other: they share the connection to SystemDB.
    const facts: DatasetFacts[] = [];
    for (const traveller of travellers) {
      facts.push(await conclude(options, traveller));
      // Its connections end with the stage.
      if (!together) await traveller.member?.close();
    }
    return facts;
  } finally {
    await Promise.allSettled(travellers.map(async ({ member }) => member?.close()));
    await closeStageSources(opened);
    reading.release();
  }
}

async function openTraveller(
  options: ExecuteOptions,
  traveller: Traveller,
  sources: ReadonlyMap<string, StageSource>,
): Promise<void> {
  const { recorder, environment, system } = options;
  const { dataset, tracker } = traveller;
  const source = dataset.source.engine === 'postgres' ? (sources.get(dataset.source.database) ?? null) : null;
  const member = await tracker.time('connect', () =>
    openMember({
      environment,
      dataset,
      mode: options.mode,
      system,
      source,
      runId: recorder.runId,
      write: {
        operator: options.operator,
        onRowError: (error) => {
          recorder.rowError(error);
          traveller.run?.onRowError(error);
        },
        others: tablesOfOthers(options.everything.definitions, dataset),
        onWarning: (text) => {
          if (traveller.warnings.includes(text)) return;
          traveller.warnings.push(text);
          recorder.log(dataset.name, 'warn', text, { stands: true });
        },
        lease: (identity) => recorder.lease(dataset.name, identity),
      },
      tracker,
      signal: recorder.signal,
      log: (level, message, details) => {
        recorder.log(dataset.name, level, message, details);
      },
    }),
  );
  traveller.member = member;
  traveller.run = datasetRun({
    dataset,
    mode: member.decided.mode,
    driver: member.driver,
    queue: member.queue,
    tracker,
    allowance: options.allowanceOf(dataset.name),
    signal: recorder.signal,
  });
  const { mode, baseline, reason } = member.decided;
  await recorder.dataset(dataset.name, {
    mode,
    baseline,
    status: 'running',
    ...(member.throughJobId === null ? {} : { throughJobId: member.throughJobId }),
    writes: tableOf(dataset),
    heldBack: source?.relayed?.heldBack ?? null,
  });
  recorder.log(dataset.name, 'info', reason === null ? `${mode} run` : `${mode} run: ${reason}`);
}

function tableOf({ target, key }: ResolvedDataset): NonNullable<DatasetRecord['writes']> {
  if (target.engine !== 'postgres') return {};
  const { schema, name: table } = target.table;
  return { database: target.database, schema, table, key: key.map(({ name }) => name) };
}

/** A run of a stored plan counts again before it writes. */
async function approve(options: ExecuteOptions, { dataset, member, tracker }: Traveller): Promise<void> {
  const planned = options.planned?.get(dataset.name);
  if (planned === undefined || member === null) return;
  const { decided, driver, queue } = member;
  const { recorder, system } = options;
  const { signal } = recorder;
  const actual = await tracker.asMuchAgain(() =>
    tracker.time('plan', () => countWork({ dataset, mode: decided.mode, driver, queue, tracker, signal })),
  );
  tracker.plan(actual.inserts + actual.updates + actual.deletes + actual.skipped);
  if (beyondPlan(actual, planned).length === 0) return;
  assertWithinPlan(dataset.name, actual, planned, await changedByRun(system, dataset.name, recorder.runId));
}
