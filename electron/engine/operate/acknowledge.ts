import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { SyncError } from '../errors';
import { acknowledgeGap } from '../run/acknowledge-gap';
import { assertMayWrite } from '../run/guards';
import { writeAudit } from '../system/audit';
import type { AcknowledgeReport, AcknowledgeRequest } from './api';
import { chosenDefinitions, withSystem } from './context';
import type { EngineContext } from './context';
import { greetSystem } from './prepare';

/**
 * Takes note of a gap of a stream, in the operator's name: nothing brings lost entries back but their writer, and no full run looks for
 * them. Until then every run of the dataset says that changes were lost.
 * @returns why there was a gap; empty where there was none
 * @throws SyncError READ_ONLY, CONFIRM_ENVIRONMENT, DATASET_UNKNOWN, NOT_SUPPORTED for a dataset that a full run heals, NOT_INITIALISED
 */
export async function acknowledge(context: EngineContext, request: AcknowledgeRequest): Promise<AcknowledgeReport> {
  const { environment, caller } = context;
  assertMayWrite(environment, request.confirm);
  const [definition] = chosenDefinitions(context, [request.dataset]);
  assertStream(request.dataset, definition);
  return withSystem(context, 'acknowledge', async (system) => {
    await greetSystem(context, system);
    const gaps = await acknowledgeGap(system, request.dataset, `${caller.operator} on ${caller.host}`);
    await writeAudit(system, {
      ...caller,
      environment: environment.name,
      command: 'acknowledge',
      details: { dataset: request.dataset, gaps },
      runId: null,
      outcome: gaps.length === 0 ? 'no gap' : 'done',
      error: null,
    });
    return { dataset: request.dataset, gaps };
  });
}

function assertStream(dataset: string, definition: DatasetDefinition | undefined): void {
  if (definition !== undefined && 'stream' in definition.source) return;
  throw new SyncError('NOT_SUPPORTED', `Dataset "${dataset}" reads no stream: a full run closes its gaps`, {
    hint: `Run "astro-sync run ${dataset} --mode full".`,
    details: { dataset },
  });
}
