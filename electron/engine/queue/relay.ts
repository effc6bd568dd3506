import type { Client } from 'pg';
import type { PostgresDatabase } from '../connect/postgres';
import { takeSnapshot } from '../connect/snapshot';
import type { SourceSnapshot } from '../connect/snapshot';
import { captureMigrations } from '../capture/migrations/index';
import { purgeChanges } from '../capture/purge';
import { readIdentity } from '../capture/identity';
import { readInstallations, readSubscriptions } from '../capture/stored-subscriptions';
import { requireVersion } from '../system/migrate';
import { requireSystem, systemId } from '../system/schema';
import { recordGaps } from './gap-jobs';
import { lastJobId } from './last-job-id';
import { readHeldBack } from './held-back';
import type { HeldBack } from './held-back';
import { recogniseSource } from './recognise-source';
import { readVersions } from './table-versions';
import { shipJobs } from './ship-jobs';
import { writeRelayState } from './relay-state';

export interface RelayResult {
  /** Still open: the run reads in the very same one. The caller closes it. */
  readonly snapshot: SourceSnapshot;
  readonly captureId: string;
  /** Jobs inserted by this relay. */
  readonly inserted: number;
  /** The jobs of a dataset with an id up to this one are exactly those whose changes are visible in the snapshot. */
  readonly throughJobId: string;
  readonly heldBack: HeldBack | null;
  /** Why every dataset of this source got a gap in this relay (restored, another server), or null. */
  readonly gap: string | null;
  /** Removes from the source what has been relayed; runs beside the run, never rejects. Gives the rows removed. */
  readonly purged: Promise<number>;
}

/**
 * Brings every change that is visible in one snapshot of the source into the queue, for all datasets that subscribed there.
 * Exact: each committed change becomes one job per dataset and entity, whatever is killed in between. Never waits for anybody's
 * open transaction: what commits later is relayed later.
 * @throws SyncError NOT_INITIALISED, SCHEMA_TOO_NEW, CONSUMER_TAKEN, NOT_SUPPORTED (standby)
 */
export async function relay(options: {
  readonly source: PostgresDatabase;
  readonly system: PostgresDatabase;
}): Promise<RelayResult> {
  const control = await options.source.connect('relay');
  let relayed: RelayedJobs | null = null;
  try {
    relayed = await relayIntoQueue(options, control);
    await confirmHorizon(control, relayed);
  } catch (error) {
    await relayed?.snapshot.close().catch(() => undefined);
    await control.end().catch(() => undefined);
    throw error;
  }
  const { snapshot, captureId, inserted, throughJobId, heldBack, gap } = relayed;
  const purged = purgeChanges(control)
    .catch(() => 0)
    .finally(() => void control.end().catch(() => undefined));
  return { snapshot, captureId, inserted, throughJobId, heldBack, gap, purged };
}

export interface RelayedJobs extends Omit<RelayResult, 'purged'> {
  readonly systemId: string;
}

/** First half: snapshot, jobs and memory, committed in SystemDB in one transaction. */
export async function relayIntoQueue(
  { source, system }: { readonly source: PostgresDatabase; readonly system: PostgresDatabase },
  control: Client,
): Promise<RelayedJobs> {
  await requireVersion(control, 'capture', captureMigrations);
  const jobs = await system.connect('relay');
  let snapshot: SourceSnapshot | null = null;
  try {
    await requireSystem(jobs);
    const reader = await systemId(jobs);
    const physical = await readIdentity(control);
    await jobs.query('BEGIN');
    await jobs.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `astro_sync relay ${physical.systemIdentifier}/${physical.databaseOid}`,
    ]);
    const { captureId, identity, relayed, gap } = await recogniseSource(control, jobs, reader, source.name);
    snapshot = await takeSnapshot(source);
    const subscriptions = await readSubscriptions(snapshot.holder);
    const versions = await readVersions(snapshot.holder);
    const counters = await readCounters(snapshot.holder);
    const scope = { captureId, databaseName: source.name, relayed: relayed?.snapshot ?? null };
    const installations = await readInstallations(snapshot.holder);
    const state = { ...identity, ...counters, installations, snapshot: snapshot.text };
    let inserted = await shipJobs(snapshot, jobs, scope, versions, subscriptions);
    inserted += await recordGaps(jobs, scope, subscriptions, { relayed, state, gap });
    await writeRelayState(jobs, captureId, source.name, state);
    const throughJobId = await lastJobId(jobs);
    await jobs.query('COMMIT');
    const heldBack = await readHeldBack(control, snapshot.text);
    return { systemId: reader, snapshot, captureId, inserted, throughJobId, heldBack, gap };
  } catch (error) {
    await snapshot?.close().catch(() => undefined);
    throw error;
  } finally {
    await jobs.end().catch(() => undefined);
  }
}

/** Second half: tells the source how far its changes are safe in SystemDB. Lost with a crash, it is told again by the next relay. */
export async function confirmHorizon(control: Client, { systemId: reader, snapshot }: RelayedJobs): Promise<void> {
  await control.query(
    `UPDATE astro_sync.consumer SET horizon = greatest(horizon, pg_snapshot_xmin($2::pg_snapshot)), relayed_at = now() WHERE system_id = $1`,
    [reader, snapshot.text],
  );
}

async function readCounters(holder: Client): Promise<{ lastChangeId: string; lostCount: string }> {
  const { rows } = await holder.query<{ lastChangeId: string; lostCount: string }>(
    `SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM astro_sync.change_log_id_seq)::text AS "lastChangeId",
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM astro_sync.lost_changes)::text AS "lostCount"`,
  );
  return rows[0] ?? { lastChangeId: '0', lostCount: '0' };
}
