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
import type { SyncError } from '../errors';
import { relay } from '../queue/relay';
import type { RelayResult } from '../queue/relay';
import { asSyncError } from './document';

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

/** The source databases of a stage. */
export interface StageSources {
  readonly sources: ReadonlyMap<string, StageSource>;
  /** By dataset, why its source or its guarded target could not be read: CONNECT_FAILED, CONSUMER_TAKEN, SCHEMA_TOO_NEW; the others go on. */
  readonly refused: ReadonlyMap<string, SyncError>;
}

export const noSources: StageSources = { sources: new Map(), refused: new Map() };

/** Notes an error for the datasets that wait for the same; the first of each stands for it. */
export function refuse(refused: Map<string, SyncError>, datasets: readonly ResolvedDataset[], thrown: unknown): void {
  // What is read together may hold values of any of them.
  const masked = datasets.flatMap((dataset) => dataset.masked);
  for (const { name } of datasets) if (!refused.has(name)) refused.set(name, asSyncError(thrown, masked));
}

/**
 * Relays and takes the snapshot of each source database of these datasets; before that relays what was changed in guarded targets, so
 * that its jobs belong to what the run takes. Never throws.
 * @param mayRelay false for a read-only environment, which sees the data but moves no jobs
 */
export async function openStageSources(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
  mayRelay: boolean,
  clock: SharedClock = nobodysClock,
): Promise<StageSources> {
  const sources = new Map<string, StageSource>();
  const refused = new Map<string, SyncError>();
  if (mayRelay) await relayGuardedTargets(environment, datasets, refused, clock);
  const read = datasets.filter(({ source }) => source.engine === 'postgres');
  for (const name of new Set(read.map(({ source }) => source.database))) {
    const readers = read.filter(({ source }) => source.database === name);
    const open = (): Promise<StageSource> => openSource(environment.postgres(name), environment.system, mayRelay);
    try {
      sources.set(name, await clock(readers, open));
    } catch (thrown) {
      refuse(refused, readers, thrown);
    }
  }
  return { sources, refused };
}

/** The database whose table is guarded; null where the dataset has no guard. */
export function guardedDatabase({ definition, target }: ResolvedDataset): string | null {
  return definition.guard && target.engine === 'postgres' ? target.database : null;
}

async function relayGuardedTargets(
  environment: Environment,
  datasets: readonly ResolvedDataset[],
  refused: Map<string, SyncError>,
  clock: SharedClock,
): Promise<void> {
  for (const name of new Set(datasets.map(guardedDatabase))) {
    if (name === null) continue;
    const guarded = datasets.filter((dataset) => guardedDatabase(dataset) === name);
    // A source's own relay brings the changes of all its tables.
    if (guarded.every(({ source }) => source.engine === 'postgres' && source.database === name)) continue;
    const relayAll = async (): Promise<void> => {
      const { snapshot, relayed } = await openSource(environment.postgres(name), environment.system, true);
      await snapshot.close();
      await relayed?.purged;
    };
    try {
      await clock(guarded, relayAll);
    } catch (thrown) {
      refuse(refused, guarded, thrown);
    }
  }
}

/** Ends the snapshots. What was relayed is purged from the sources beside the run; this waits for it. */
export async function closeStageSources({ sources }: Pick<StageSources, 'sources'>): Promise<void> {
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
