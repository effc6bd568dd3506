import { openFence } from '../apply/fence';
import { openPostgresDriver } from '../apply/postgres/driver';
import { appliedState, openRedisFence } from '../apply/redis/fence';
import { openRedisDriver } from '../apply/redis/redis-driver';
import type { Environment } from '../connect/environment';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import { restingConnection } from '../connect/resting-connection';
import { restingRedis } from '../connect/resting-redis';
import type { ResolvedDataset } from '../dataset/resolved';
import type { AppliedMark } from './checkpoint';
import type { DriverContext, TargetDriver } from './driver';
import { targetName } from './target-name';
import { redisIdentity } from '../stream/redis-identity';

/** A dataset's target, known by its server's identity and by what it says was applied to it. */
export interface OpenTarget {
  /** Of its server and database, for the lease. A Redis that has none yet is given one. */
  serverIdentity(): Promise<string>;
  /** What the target itself says; null where it knows nothing of the dataset. */
  applied(): Promise<AppliedMark | null>;
  /** Fences off every other writer. @param atLeast SystemDB's copy of the last fence */
  takeFence(runId: string, atLeast: string): Promise<string>;
  openDriver(context: Omit<DriverContext, 'target' | 'dataset'>): Promise<TargetDriver>;
  /** Gives its connection back until it is needed again; nothing may be going on. */
  rest(): void;
  close(): Promise<void>;
}

/**
 * Connects to a dataset's target.
 * @throws SyncError CONNECT_FAILED, NOT_INITIALISED
 */
export async function openTarget(environment: Environment, dataset: ResolvedDataset): Promise<OpenTarget> {
  return dataset.target.engine === 'postgres'
    ? openPostgresTarget(environment, dataset)
    : openRedisTarget(environment, dataset);
}

async function openPostgresTarget(environment: Environment, dataset: ResolvedDataset): Promise<OpenTarget> {
  const database = environment.postgres(dataset.target.database);
  const connection = restingConnection(database, 'target');
  const server = identityText(await postgresIdentity(await connection.client()));
  return {
    serverIdentity: () => Promise.resolve(server),
    async applied() {
      const client = await connection.client();
      const { rows: installed } = await client.query<{ there: boolean }>(
        `SELECT to_regclass('astro_sync.applied') IS NOT NULL AS there`,
      );
      if (installed[0]?.there !== true) return null;
      const { rows } = await client.query<{ fence: string; batch: string }>(
        'SELECT fence, batch FROM astro_sync.applied WHERE dataset = $1 AND target = $2',
        [dataset.name, targetName(dataset)],
      );
      return rows[0] === undefined ? null : { epoch: server, ...rows[0] };
    },
    takeFence: async (runId) => openFence(await connection.client(), dataset.name, targetName(dataset), runId),
    openDriver: (context) => openPostgresDriver({ ...context, dataset, target: database }),
    rest: () => connection.rest(),
    close: () => connection.end(),
  };
}

async function openRedisTarget(environment: Environment, dataset: ResolvedDataset): Promise<OpenTarget> {
  const database = environment.redis(dataset.target.database);
  const connection = restingRedis(database, 'target');
  await connection.client();
  return {
    serverIdentity: async () => redisIdentity(await connection.client()),
    applied: async () => appliedState(await connection.client(), dataset.name),
    takeFence: async (runId, atLeast) =>
      openRedisFence(await connection.client(), dataset.name, targetName(dataset), runId, atLeast),
    openDriver: (context) => openRedisDriver({ ...context, dataset, target: database }),
    rest: () => connection.rest(),
    close: () => {
      connection.end();
      return Promise.resolve();
    },
  };
}

/** True where the target has lost what a copy of its mark says was applied: emptied, restored, failed over, another server. Ahead is believed. */
export function hasLost(target: AppliedMark | null, copy: AppliedMark | null): boolean {
  if (copy === null) return false;
  if (target?.epoch !== copy.epoch) return true;
  const fence = BigInt(target.fence) - BigInt(copy.fence);
  return fence < 0n || (fence === 0n && BigInt(target.batch) < BigInt(copy.batch));
}
