import type { Client } from 'pg';
import { counted } from '../../../shared/format-number';
import { noCounts } from '../../../shared/engine/counts';
import { orCancelled, throwIfCancelled } from '../cancelled';
import { keyText } from '../dataset/key-text';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import { readHeldJobs } from '../queue/held-jobs';
import { recordVerification } from '../run/checkpoint';
import { asSyncError, overallStatus } from '../run/document';
import type { DatasetFacts } from '../run/document';
import type { EntityKey, Verification } from '../run/driver';
import type { Withholding } from '../run/guards';
import { openMember } from '../run/member';
import type { Member } from '../run/member';
import { trackProgress } from '../run/progress';
import type { ProgressTracker } from '../run/progress';
import type { RunRecorder } from '../run/recorder';
import type { StageSource } from '../run/stage-sources';
import { checkpointTarget } from '../run/target-name';
import { guardOf, withheldBy } from '../run/withheld-gap';
import type { EngineContext } from './context';

/** Compares one dataset and records how it stands. Never throws: the facts carry the error. */
export async function verifyOne(
  context: EngineContext,
  system: Client,
  recorder: RunRecorder,
  {
    dataset,
    sources,
    refused,
  }: {
    readonly dataset: ResolvedDataset;
    readonly sources: ReadonlyMap<string, StageSource>;
    /** Why its source or stream could not be read. */
    readonly refused: SyncError | null;
  },
): Promise<DatasetFacts> {
  const startedAt = performance.now();
  const tracker = trackProgress(recorder.runId, dataset.name, recorder.listener);
  const source = dataset.source.engine === 'postgres' ? (sources.get(dataset.source.database) ?? null) : null;
  const common = {
    name: dataset.name,
    heldBack: source?.relayed?.heldBack ?? null,
    counts: noCounts(),
    phasesMs: tracker.phasesMs,
  };
  const record = async (facts: DatasetFacts): Promise<DatasetFacts> => {
    await recorder.dataset(dataset.name, {
      status: overallStatus([facts]),
      counts: facts.counts,
      verified: facts.verified,
      differences: facts.differences,
      inFlight: facts.inFlight ?? null,
      samples: facts.samples ?? [],
      phasesMs: facts.phasesMs,
      durationMs: facts.durationMs,
      error: facts.error,
      ended: true,
    });
    return facts;
  };
  try {
    throwIfCancelled(recorder.signal);
    if (refused !== null) throw refused;
    const member = await tracker.time('connect', () =>
      openMember({
        environment: context.environment,
        dataset,
        mode: 'full',
        system,
        source,
        runId: recorder.runId,
        write: null,
        tracker,
        signal: recorder.signal,
        log: (level, message, details) => {
          recorder.log(dataset.name, level, message, details);
        },
      }),
    );
    try {
      const { verification, inFlight } = await tracker.time('verify', () => compare(member, tracker));
      const counts = { ...noCounts(), unchanged: verification.equal };
      tracker.settle(counts, verification.differences);
      if (!context.environment.readOnly)
        await recordVerification(system, dataset.name, checkpointTarget(dataset), {
          run: recorder.runId,
          differences: verification.differences,
          inFlight,
        });
      tracker.flush(true);
      const guard = inFlight > 0 ? await withholdingGuard(system, member) : null;
      if (inFlight > 0) recorder.log(dataset.name, 'warn', onTheWay(inFlight, guard));
      return await record({
        ...common,
        mode: 'full',
        baseline: member.decided.baseline,
        durationMs: performance.now() - startedAt,
        counts,
        verified: verification.differences === 0,
        differences: verification.differences,
        inFlight,
        withheldBy: guard,
        samples: verification.samples.map((sample) => ({ ...sample })),
        error:
          verification.differences === 0
            ? null
            : differ(dataset.name, verification.differences, withheldBy(member.decided.gap)),
      });
    } finally {
      await member.close();
    }
  } catch (thrown) {
    return record({
      ...common,
      mode: null,
      baseline: 'none',
      durationMs: performance.now() - startedAt,
      verified: null,
      differences: null,
      error: asSyncError(orCancelled(recorder.signal, thrown), dataset.masked),
    });
  }
}

/** Differences of entities with pending changes are not yet differences: they are looked at apart. */
async function compare(
  member: Member,
  tracker: ProgressTracker,
): Promise<{ verification: Verification; inFlight: number }> {
  const { dataset, driver, queue } = member;
  if (dataset.source.engine === 'redis') {
    const waiting = (await queue?.count())?.entities ?? 0;
    return { verification: { equal: 0, differences: 0, samples: [] }, inFlight: waiting };
  }
  if (queue === null || (await queue.count()).entities === 0)
    return { verification: await driver.verifyAll(() => false), inFlight: 0 };
  const first = await tracker.asMuchAgain(() => driver.verifyAll(() => false));
  if (first.differences === 0) return { verification: first, inFlight: 0 };
  const pending = new Set<string>();
  for await (const keys of queue.batches(10_000)) for (const key of keys) pending.add(keyText(key));
  const again = await driver.verifyAll((key: EntityKey) => pending.has(keyText(key)));
  return { verification: again, inFlight: Math.max(0, first.differences - again.differences) };
}

/** The guard that a delete which is still to be made waits for; null where none does. */
async function withholdingGuard(system: Client, { dataset, driver }: Member): Promise<Withholding['by'] | null> {
  const keyNames = dataset.key.map(({ name }) => name);
  const held = await readHeldJobs(system, dataset.name, keyNames);
  if (held === null) return null;
  const { samples } = await driver.verifyKeys(held.keys, () => false);
  return samples.some(({ operation }) => operation === 'delete') ? guardOf(held.reason) : null;
}

function onTheWay(count: number, guard: Withholding['by'] | null): string {
  const entities = `${counted(count, 'entity', 'entities')} ${count === 1 ? 'differs and has' : 'differ and have'} a change on the way`;
  return guard === null ? entities : `${entities}, withheld deletes among them`;
}

function differ(dataset: string, differences: number, withheld: ReturnType<typeof withheldBy>): SyncError {
  const entities = counted(differences, 'entity', 'entities');
  const message = `Dataset "${dataset}": ${entities} ${differences === 1 ? 'differs' : 'differ'}`;
  const look = `Look at them with "astro-sync plan ${dataset} --mode full"`;
  const approve = withheld === 'empty_source' ? '--allow-empty-source' : '--approve-deletes <n>';
  return new SyncError('VERIFICATION_FAILED', message, {
    hint:
      withheld === null
        ? `${look}, and run it.`
        : `Deletes were withheld in the last full run. ${look}, then "astro-sync run ${dataset} --mode full ${approve}" makes them.`,
    details: { dataset, differences },
  });
}
