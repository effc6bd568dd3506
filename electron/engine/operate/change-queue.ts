import { givenUpNote, putBackNote } from '../../../shared/engine/job-notes';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { SyncError } from '../errors';
import { errorDocument } from '../run/document';
import { changeJobs } from '../queue/change-jobs';
import type { JobsChange } from '../queue/change-jobs';
import { datasetsWithErrors, retryRunErrors } from '../queue/retry-failed-rows';
import { assertMayWrite } from '../run/guards';
import { writeAudit } from '../system/audit';
import { requireRun } from '../system/run-events';
import type { JobsChanged, JobsRequest } from './api';
import { withSystem } from './context';
import type { EngineContext } from './context';
import { errorOfWhole } from './masks';
import { greetSystem } from './prepare';
import { resolveFilter } from './resolve-filter';

/**
 * Puts failed, skipped and conflicting jobs that match back to pending. Of a dataset whose source is a stream, jobs that are older
 * than what was applied since stay as they are: their values are out of date.
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, MORE_THAN_EXPECTED, LEASE_HELD, DATASET_UNKNOWN, RUN_UNKNOWN, USAGE
 */
export function retryJobs(context: EngineContext, request: JobsRequest): Promise<JobsChanged> {
  return change(context, request, 'queue retry', {
    to: 'pending',
    from: ['failed', 'skipped', 'conflict'],
    note: putBackNote(context.caller.operator, new Date()),
    streams: context.definitions.filter(isStream).map(({ name }) => name),
  });
}

/**
 * Sets pending, failed and conflicting jobs that match to skipped, with the reason; a gap stays: only a full run settles it.
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, MORE_THAN_EXPECTED, LEASE_HELD, DATASET_UNKNOWN, RUN_UNKNOWN, USAGE
 */
export function skipJobs(
  context: EngineContext,
  request: JobsRequest & { readonly reason: string },
): Promise<JobsChanged> {
  return change(context, request, 'queue skip', {
    to: 'skipped',
    from: ['pending', 'failed', 'conflict'],
    note: givenUpNote(context.caller.operator, new Date(), request.reason),
    streams: [],
  });
}

async function change(
  context: EngineContext,
  { filter, expected, confirm, part }: JobsRequest,
  command: string,
  what: JobsChange,
): Promise<JobsChanged> {
  assertMayWrite(context.environment, confirm);
  const details = { filter, expected, note: what.note, ...(part === undefined ? {} : { part }) };
  return audited(context, command, details, null, async (system) => {
    await system.query('SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off');
    const { changed, rest } = await changeJobs(
      system,
      await resolveFilter(context, system, filter),
      expected,
      what,
      part,
    );
    return part === undefined ? { changed } : { changed, rest };
  });
}

/**
 * Puts the failed rows of a run back in the queue; datasets that are no longer defined are left out.
 * @returns the datasets concerned, and how many of their entities wait now
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, RUN_UNKNOWN, LEASE_HELD, NOTHING_TO_RETRY
 */
export async function retryFailedRows(
  context: EngineContext,
  { run, confirm }: { readonly run: string; readonly confirm?: string },
): Promise<{ readonly datasets: readonly string[]; readonly jobs: number }> {
  const { caller, environment } = context;
  assertMayWrite(environment, confirm);
  return audited(context, 'retry failed rows', { run }, run, async (system) => {
    await requireRun(system, run);
    const failed = await datasetsWithErrors(system, run);
    const datasets: string[] = [];
    let jobs = 0;
    for (const definition of context.definitions.filter(({ name }) => failed.includes(name))) {
      const { name, source } = definition;
      const retried = {
        name,
        jobType: definition.job_type ?? `${name}_sync`,
        entityType: definition.entity ?? name,
        stream: isStream(definition),
      };
      const found = await retryRunErrors(system, run, retried, {
        database: source.database,
        note: putBackNote(caller.operator, new Date()),
      });
      if (found > 0) datasets.push(name);
      jobs += found;
    }
    if (jobs > 0) return { datasets, jobs };
    throw new SyncError('NOTHING_TO_RETRY', `Run ${run} has no failed rows that could be tried again`, {
      hint: 'What failed in it was written, skipped or found equal since, or belongs to a dataset that is no longer defined.',
      details: { run },
    });
  });
}

function isStream({ source }: DatasetDefinition): boolean {
  return 'stream' in source;
}

/** In the log before the first write, and again with its end. */
function audited<T extends object>(
  context: EngineContext,
  command: string,
  details: Readonly<Record<string, unknown>>,
  runId: string | null,
  work: (system: Parameters<typeof writeAudit>[0]) => Promise<T>,
): Promise<T> {
  return withSystem(context, command, async (system) => {
    await greetSystem(context, system);
    const known = runId !== null && /^[0-9a-f-]{36}$/i.test(runId) ? runId : null;
    const entry = { ...context.caller, environment: context.environment.name, command, runId: known };
    await writeAudit(system, { ...entry, details, outcome: 'started', error: null });
    try {
      const result = await work(system);
      await writeAudit(system, { ...entry, details: { ...details, ...result }, outcome: 'done', error: null });
      return result;
    } catch (thrown) {
      const error = errorOfWhole(context, thrown);
      await writeAudit(system, { ...entry, details, outcome: error.code, error: errorDocument(error) }).catch(
        () => undefined,
      );
      throw error;
    }
  });
}
