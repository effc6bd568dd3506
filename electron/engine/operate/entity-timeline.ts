import type { Explanation } from '../../../shared/contract/methods/origins';
import type { Job } from '../../../shared/engine/documents';
import type { RowErrorRecord } from '../../../shared/engine/reports';
import { withCauses } from '../queue/causes';
import { listJobs } from '../queue/list-jobs';
import type { Masks } from '../queue/mask-job';
import { listEntityErrors } from '../system/row-errors';
import { listVerifications } from '../system/verifications';
import { searchQueue } from './bounded-search';
import type { EngineContext } from './context';
import type { Entity } from './read-entity';

const most = 100;
/** Verifications of it in each dataset. */
const latest = 5;

/** One history of an entity in several datasets, back to where each of them is known completely. @throws SyncError CONNECT_FAILED (SystemDB) */
export async function readTimeline(
  context: EngineContext,
  entities: readonly Entity[],
  masks: Masks,
  before: string | undefined,
): Promise<Pick<Explanation, 'jobs' | 'errors' | 'verifications' | 'older'>> {
  const until = before === undefined ? {} : { until: before };
  const pages = await searchQueue(context, 'explain', async (system) => {
    const found: { jobs: Job[]; errors: RowErrorRecord[]; verifications: Explanation['verifications'] }[] = [];
    for (const { key, shown } of entities) {
      const name = shown.dataset;
      const jobs = await listJobs(
        system,
        { dataset: name, entity: JSON.stringify(key), ...until, limit: most + 1, brief: true },
        masks,
      );
      const errors = await listEntityErrors(system, { dataset: name, key, ...until, limit: most + 1 });
      const verifications = await listVerifications(system, name, key, latest);
      found.push({
        jobs: (await withCauses(system, jobs)).map((job) => ({
          ...job,
          entity_key: shown.key,
        })),
        errors: errors.map((error) => ({ ...error, key: shown.key })),
        verifications: before === undefined ? verifications : [],
      });
    }
    return found;
  });
  const changed = ({ data, created_at: queued }: Job): number => timeOf(data.origin.at) ?? timeOf(queued) ?? 0;
  const failed = ({ at }: RowErrorRecord): number => timeOf(at) ?? 0;
  const full = pages.flatMap(({ jobs, errors }) => [
    ...(jobs.length > most ? [Math.min(...jobs.map(changed))] : []),
    ...(errors.length > most ? [Math.min(...errors.map(failed))] : []),
  ]);
  const from = full.length === 0 ? -Infinity : Math.max(...full);
  return {
    jobs: pages
      .flatMap(({ jobs }) => jobs.filter((job) => changed(job) >= from))
      .sort((a, b) => changed(b) - changed(a) || Number(BigInt(b.id) - BigInt(a.id))),
    errors: pages
      .flatMap(({ errors }) => errors.filter((error) => failed(error) >= from))
      .sort((a, b) => failed(b) - failed(a)),
    verifications: pages.flatMap(({ verifications }) => verifications),
    older: from === -Infinity ? null : olderThan(from, before),
  };
}

/** What shares the last millisecond is given once more, so that nothing of it is lost; unless that would give all of it again. */
function olderThan(from: number, before: string | undefined): string {
  const again = before !== undefined && Date.parse(before) <= from + 1;
  return new Date(again ? from : from + 1).toISOString();
}

function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
