import type { Client } from 'pg';
import { noCounts } from '../../../shared/engine/counts';
import type { DatasetDocument, Mode, RunDocument } from '../../../shared/engine/documents';
import { SyncError } from '../errors';
import { datasetDocument } from '../run/document';
import type { DatasetFacts } from '../run/document';
import type { PlanTally } from '../run/driver';
import { withholdingOf } from '../run/guards';
import type { Withholding } from '../run/guards';
import { loadPlan, refuseSpent, takePlan } from '../system/plans';
import type { Approval } from './api';
import { readSystem } from './context';
import type { EngineContext } from './context';
import { inKeyOrder } from './key-order';
import { greetSystem } from './prepare';
import type { Prepared } from './prepare';

/** What a stored plan keeps of one dataset. */
export interface PlannedDataset {
  readonly name: string;
  readonly mode: 'incremental' | 'full';
  readonly baseline: DatasetDocument['baseline'];
  /** Left out by plans of programs before this was kept. */
  readonly captured?: boolean | undefined;
  readonly fingerprint: string;
  /** sha256 of the definition alone: tells a changed definition from a changed schema. */
  readonly definitionHash: string;
  readonly tally: PlanTally;
}

/** What a run of the plan would do under an approval, and what it would withhold, as the facts of a document. */
export function plannedWork(
  tally: PlanTally,
  { approveDeletes, allowEmptySource = false }: Approval,
): Pick<DatasetFacts, 'counts' | 'changes' | 'changedRows'> & { readonly withheldBy: Withholding['by'] | null } {
  const allowance = { deletes: approveDeletes, emptySource: allowEmptySource };
  const withholding = withholdingOf(tally.deletes, tally.targetRows ?? tally.deletes, allowance);
  const counts = {
    ...noCounts(),
    planned: tally.inserts + tally.updates + tally.deletes + tally.skipped,
    inserted: tally.inserts,
    updated: tally.updates,
    deleted: withholding === null ? tally.deletes : 0,
    withheld: withholding === null ? 0 : tally.deletes,
    unchanged: tally.unchanged,
    skipped: tally.skipped,
  };
  return { counts, withheldBy: withholding?.by ?? null, changes: tally.changes, changedRows: tally.changedRows };
}

/** A stored plan at hand, to be run. */
export interface OpenPlan {
  readonly id: string;
  readonly mode: Mode;
  readonly datasets: readonly string[];
  readonly counts: ReadonlyMap<string, PlanTally>;
  /** The ceiling of deletes: all that the plan counted, also those that it foretold to be withheld. */
  deletesOf(dataset: string): number;
  /** @throws SyncError DEFINITION_CHANGED, SCHEMA_CHANGED, or what is wrong with a dataset now */
  assertUnchanged(prepared: Prepared): void;
  /** Takes the plan for a run. @throws SyncError PLAN_EXPIRED, PLAN_USED */
  use(runId: string): Promise<void>;
}

/**
 * Loads a plan that is still good.
 * @throws SyncError PLAN_UNKNOWN, PLAN_USED, PLAN_EXPIRED, DEFINITION_CHANGED where it was made for another environment
 */
export async function openStoredPlan(system: Client, context: EngineContext, id: string): Promise<OpenPlan> {
  const stored = await loadPlan<PlannedDataset>(system, id);
  refuseSpent(stored);
  if (stored.environment !== context.environment.name) {
    throw new SyncError(
      'DEFINITION_CHANGED',
      `Plan ${id} was made for environment "${stored.environment}", not "${context.environment.name}"`,
      { hint: 'Plan again in this environment.', details: { plan: id } },
    );
  }
  const byName = new Map(stored.datasets.map((dataset) => [dataset.name, dataset]));
  return {
    id: stored.id,
    mode: stored.mode,
    datasets: stored.datasets.map(({ name }) => name),
    counts: new Map(stored.datasets.map(({ name, tally }) => [name, tally])),
    deletesOf: (dataset) => byName.get(dataset)?.tally.deletes ?? 0,
    assertUnchanged(prepared) {
      const [problem] = prepared.problems.values();
      if (problem !== undefined) throw problem;
      for (const dataset of prepared.resolved) {
        const planned = byName.get(dataset.name);
        if (planned === undefined || planned.fingerprint === dataset.fingerprint) continue;
        const definition = planned.definitionHash !== prepared.definitionHashes.get(dataset.name);
        throw new SyncError(
          definition ? 'DEFINITION_CHANGED' : 'SCHEMA_CHANGED',
          `Dataset "${dataset.name}": ${definition ? 'its definition' : 'a table it rests on'} changed since plan ${id} was made`,
          { hint: 'Plan again and look at what changed.', details: { dataset: dataset.name, plan: id } },
        );
      }
    },
    use: (runId) => takePlan(system, stored.id, runId),
  };
}

/**
 * A plan that was kept, as the document that `plan` would give under this approval. Takes it for nothing; what it took to make is not kept.
 * @throws SyncError PLAN_UNKNOWN, NOT_INITIALISED
 */
export function storedPlan(context: EngineContext, id: string, approval: Approval = {}): Promise<RunDocument> {
  return readSystem(context, 'plan', async (system) => {
    await greetSystem(context, system);
    const stored = await loadPlan<PlannedDataset>(system, id);
    const samples = await inKeyOrder(
      context,
      stored.datasets.flatMap(({ name, tally }) => tally.samples.map((sample) => ({ dataset: name, sample }))),
      ({ sample }) => sample.key,
      (row, key) => ({ ...row, sample: { ...row.sample, key } }),
    );
    const datasets = stored.datasets.map(({ name, mode, baseline, captured, tally }) =>
      datasetDocument({
        name,
        mode,
        baseline,
        ...(captured === undefined ? {} : { captured }),
        ...plannedWork(tally, approval),
        heldBack: null,
        durationMs: 0,
        phasesMs: {},
        verified: null,
        differences: null,
        samples: samples.filter(({ dataset }) => dataset === name).map(({ sample }) => ({ ...sample })),
        error: null,
      }),
    );
    return { ok: true, id: stored.id, status: 'planned', datasets, error: null };
  });
}
