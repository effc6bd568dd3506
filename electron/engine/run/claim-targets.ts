import type { Environment } from '../connect/environment';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import type { RunRecorder } from './recorder';
import { openTarget } from './target';
import { targetIdentity } from './target-name';

interface ClaimOptions {
  readonly environment: Environment;
  readonly datasets: readonly ResolvedDataset[];
  readonly recorder: RunRecorder;
}

/**
 * Makes a run of several datasets the writer of all their targets before it begins. Else two runs that begin at the same time would
 * each get some, and both would fail. What cannot be reached is left: its own step says why.
 * @returns LEASE_HELD of each dataset whose target another run writes
 */
export async function claimTargets({ environment, datasets, recorder }: ClaimOptions): Promise<Map<string, SyncError>> {
  const held = new Map<string, SyncError>();
  if (datasets.length < 2) return held;
  const lease = async (dataset: ResolvedDataset, server: string): Promise<void> => {
    try {
      await recorder.lease(dataset.name, targetIdentity(dataset, server));
    } catch (error) {
      if (!(error instanceof SyncError) || error.code !== 'LEASE_HELD') throw error;
      held.set(dataset.name, error);
      recorder.log(dataset.name, 'error', error.message);
    }
  };
  const servers = await targetServers(environment, datasets);
  await recorder.claiming(async () => {
    for (const dataset of datasets) {
      const server = servers.get(dataset.target.database);
      if (server !== undefined) await lease(dataset, server);
    }
  });
  return held;
}

/** Identities of the servers that can be reached, by the environment's names of the databases. */
async function targetServers(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
): Promise<Map<string, string>> {
  const oneOfEach = new Map(datasets.map((dataset) => [dataset.target.database, dataset]));
  const found = await Promise.all(
    [...oneOfEach].map(async ([database, dataset]): Promise<[string, string] | null> => {
      const target = await openTarget(environment, dataset).catch(() => null);
      if (target === null) return null;
      try {
        return [database, await target.serverIdentity()];
      } catch {
        return null;
      } finally {
        await target.close();
      }
    }),
  );
  return new Map(found.filter((each) => each !== null));
}
