import { installedVersion } from '../system/migrate';
import { captureDrift } from '../capture/state';
import type { CaptureDrift } from '../capture/state';
import { readSubscriptions } from '../capture/stored-subscriptions';
import { subscriptionsOf } from '../capture/subscriptions';
import type { Subscription } from '../capture/subscriptions';
import type { Environment } from '../connect/environment';
import type { PostgresDatabase } from '../connect/postgres';
import { takeSnapshot } from '../connect/snapshot';
import type { SourceSnapshot } from '../connect/snapshot';
import type { ResolvedDataset } from '../dataset/resolved';
import { relay } from '../queue/relay';
import type { RelayResult } from '../queue/relay';

/** A source database in one stage of a run: the snapshot that its datasets share, and what was relayed up to it. */
export interface StageSource {
  readonly database: PostgresDatabase;
  readonly snapshot: SourceSnapshot;
  /** null where capture is not installed, or nothing may be written. */
  readonly relayed: RelayResult | null;
  readonly subscriptions: readonly Subscription[];
  /** Captured tables that are no longer as they were installed. */
  readonly drift: readonly CaptureDrift[];
}

/** Keeps the time of work that these datasets wait for. */
export type SharedClock = <T>(datasets: readonly ResolvedDataset[], work: () => Promise<T>) => Promise<T>;

export const nobodysClock: SharedClock = (_, work) => work();

/**
 * Relays and takes the snapshot of each source database of these datasets; before that relays what was changed in guarded targets, so
 * that its jobs belong to what the run takes.
 * @param mayRelay false for a read-only environment, which sees the data but moves no jobs
 * @throws SyncError CONNECT_FAILED, CONSUMER_TAKEN, SCHEMA_TOO_NEW
 */
export async function openStageSources(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
  mayRelay: boolean,
  clock: SharedClock = nobodysClock,
): Promise<ReadonlyMap<string, StageSource>> {
  const sources = new Map<string, StageSource>();
  try {
    if (mayRelay) await relayGuardedTargets(environment, datasets, clock);
    for (const dataset of datasets) {
      const name = dataset.source.database;
      if (dataset.source.engine !== 'postgres' || sources.has(name)) continue;
      const readers = datasets.filter(({ source }) => source.engine === 'postgres' && source.database === name);
      const open = (): Promise<StageSource> => openSource(environment.postgres(name), environment.system, mayRelay);
      sources.set(name, await clock(readers, open));
    }
  } catch (error) {
    await closeStageSources(sources);
    throw error;
  }
  return sources;
}

/** The database whose table is guarded; null where the dataset has no guard. */
export function guardedDatabase({ definition, target }: ResolvedDataset): string | null {
  return definition.guard && target.engine === 'postgres' ? target.database : null;
}

async function relayGuardedTargets(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
  clock: SharedClock,
): Promise<void> {
  for (const name of new Set(datasets.map(guardedDatabase))) {
    if (name === null) continue;
    const guarded = datasets.filter((dataset) => guardedDatabase(dataset) === name);
    // A source's own relay brings the changes of all its tables.
    if (guarded.every(({ source }) => source.engine === 'postgres' && source.database === name)) continue;
    await clock(guarded, async () => {
      const { snapshot, relayed } = await openSource(environment.postgres(name), environment.system, true);
      await snapshot.close();
      await relayed?.purged;
    });
  }
}

/** Ends the snapshots. What was relayed is purged from the sources beside the run; this waits for it. */
export async function closeStageSources(sources: ReadonlyMap<string, StageSource>): Promise<void> {
  await Promise.allSettled([...sources.values()].map((source) => source.snapshot.close()));
  await Promise.all([...sources.values()].map(async ({ relayed }) => relayed?.purged));
}

/**
 * True where capture records what this dataset reads, as it is defined now: a definition that was changed since the last
 * `init` has jobs for the wrong columns or keys.
 */
export function isCaptured(dataset: ResolvedDataset, source: Pick<StageSource, 'subscriptions'>): boolean {
  const wanted = subscriptionsOf([dataset], dataset.source.database).filter(({ role }) => role !== 'target');
  const installed = source.subscriptions.filter(
    (subscription) => subscription.dataset === dataset.name && subscription.role !== 'target',
  );
  return wanted.length > 0 && JSON.stringify(wanted.map(comparable)) === JSON.stringify(installed.map(comparable));
}

/** What is captured in the guarded target of a dataset; null where it has no guard. */
export async function capturedGuard(
  environment: Environment,
  dataset: ResolvedDataset,
): Promise<InstalledCapture | null> {
  const name = guardedDatabase(dataset);
  return name === null ? null : installedCapture(environment.postgres(name));
}

/** True where no guard is wanted, or the changes of the guarded target are captured as the dataset is defined now. */
export function isGuardCaptured(
  dataset: ResolvedDataset,
  guard: Pick<InstalledCapture, 'subscriptions'> | null,
): boolean {
  const name = guardedDatabase(dataset);
  if (name === null || guard === null) return name === null;
  const wanted = subscriptionsOf([dataset], name).filter(({ role }) => role === 'target');
  const installed = guard.subscriptions.filter(
    (subscription) => subscription.dataset === dataset.name && subscription.role === 'target',
  );
  return JSON.stringify(wanted.map(comparable)) === JSON.stringify(installed.map(comparable));
}

/** Why changes of this dataset may be missed although it is captured (a new partition, a dropped trigger), or null. */
export function driftOf(dataset: ResolvedDataset, source: Pick<StageSource, 'subscriptions' | 'drift'>): string | null {
  const own = source.subscriptions.filter((subscription) => subscription.dataset === dataset.name);
  const found = source.drift.find(({ schema, name }) =>
    own.some(({ table }) => table.schema === schema && table.name === name),
  );
  return found === undefined ? null : `${found.reason} since capture was installed; run "astro-sync init"`;
}

function comparable({ table, role, keyNames, keyColumns, keysSql, valueColumns }: Subscription): unknown[] {
  return [table.schema, table.name, role, keyNames, keyColumns, keysSql, valueColumns];
}

async function openSource(
  database: PostgresDatabase,
  system: PostgresDatabase,
  mayRelay: boolean,
): Promise<StageSource> {
  const { subscriptions, drift } = await installedCapture(database);
  if (!mayRelay || subscriptions.length === 0) {
    return { database, snapshot: await takeSnapshot(database), relayed: null, subscriptions, drift };
  }
  const relayed = await relay({ source: database, system });
  return { database, snapshot: relayed.snapshot, relayed, subscriptions, drift };
}

/** What is captured in a database. */
export type InstalledCapture = Pick<StageSource, 'subscriptions' | 'drift'>;

/** What is captured in a database now; nothing where capture is not installed. */
export async function installedCapture(database: PostgresDatabase): Promise<InstalledCapture> {
  const client = await database.connect('capture');
  try {
    if ((await installedVersion(client, 'capture')) === null) return { subscriptions: [], drift: [] };
    return { subscriptions: await readSubscriptions(client), drift: await captureDrift(client) };
  } finally {
    await client.end();
  }
}
