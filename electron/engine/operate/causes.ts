import type { Client } from 'pg';
import type { Job } from '../../../shared/engine/documents';
import type { ResolvedDataset } from '../dataset/resolved';
import { readCauses } from '../queue/causes';
import type { Writer } from '../queue/causes';
import type { EngineContext } from './context';

/**
 * Jobs with what is behind each change that a run wrote itself.
 * @param resolved gives those of the definitions that fit the catalogs; asked only where there is such a change
 */
export async function withCauses(
  system: Client,
  { definitions }: Pick<EngineContext, 'definitions'>,
  jobs: readonly Job[],
  resolved: () => Promise<readonly ResolvedDataset[]>,
): Promise<Job[]> {
  const chained = jobs.some(({ data }) => data.origin.run !== null);
  const datasets = chained ? await resolved() : [];
  const noTable = definitions.filter(({ target }) => !('table' in target));
  const causes = await readCauses(system, jobs, {
    all: datasets.flatMap(writerOf),
    known: [...datasets, ...noTable].map(({ name }) => name),
  });
  return jobs.map((job) => ({ ...job, cause: causes.get(job.id) ?? null }));
}

function writerOf({ name, target, key }: ResolvedDataset): Writer[] {
  if (target.engine !== 'postgres') return [];
  const { schema, name: table } = target.table;
  return [{ dataset: name, database: target.database, schema, table, keyNames: key.map((column) => column.name) }];
}
