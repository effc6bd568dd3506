import type { Client } from 'pg';
import { SyncError } from '../errors';
import { readIdentity, sameIdentity } from '../capture/identity';
import type { SourceIdentity } from '../capture/identity';
import { readRelayState, wasRelayedBefore } from './relay-state';
import type { RelayState } from './relay-state';

/** Who a source turned out to be, and whether its log goes on where the last relay ended. */
export interface RecognisedSource {
  readonly captureId: string;
  readonly identity: SourceIdentity;
  /** null: nothing was relayed yet, or what was is worth nothing. */
  readonly relayed: RelayState | null;
  /** Why the log does not go on where it ended; null where it does. */
  readonly gap: string | null;
}

interface CaptureFacts {
  captureId: string;
  systemIdentifier: string;
  timeline: number;
  databaseOid: string;
  consumed: boolean;
  horizonAhead: boolean;
  lastChangeId: string;
  xmax: string;
}

/**
 * Compares a source with what SystemDB remembers of it. Where it is another server, another timeline or an earlier state (a
 * restore), or SystemDB is (its memory is behind the horizon), the capture gets a new id: change ids of before and after must
 * not be mistaken for each other. Call it under the relay's lock, before the snapshot is taken.
 * @throws SyncError NOT_INITIALISED, CONSUMER_TAKEN, NOT_SUPPORTED (standby)
 */
export async function recogniseSource(
  source: Client,
  system: Client,
  systemId: string,
  databaseName: string,
): Promise<RecognisedSource> {
  const assessed = await assessSource(source, system, systemId, databaseName);
  if (assessed.gap === null) return assessed;
  const captureId = await renewCapture(source, assessed.identity, systemId);
  return { ...assessed, captureId, relayed: null };
}

/** The comparison alone: nothing is written, and what was relayed before a gap is given as it was. @throws as recogniseSource */
export async function assessSource(
  source: Client,
  system: Client,
  systemId: string,
  databaseName: string,
): Promise<RecognisedSource> {
  const identity = await readIdentity(source);
  const facts = await readFacts(source, systemId);
  const relayed = await readRelayState(system, facts.captureId);
  const horizonAhead = relayed !== null && (await isHorizonAhead(source, systemId, relayed.snapshot));
  const gap = await reasonForGap(identity, facts, relayed, horizonAhead, system, databaseName);
  return { captureId: facts.captureId, identity, relayed, gap };
}

async function readFacts(source: Client, systemId: string): Promise<CaptureFacts> {
  const { rows } = await source.query<CaptureFacts & { mine: boolean; other: string | null }>(
    `SELECT c.id AS "captureId", c.system_identifier AS "systemIdentifier", c.timeline, c.database_oid::text AS "databaseOid",
       k.system_id IS NOT NULL AS mine, k.horizon IS NOT NULL AS consumed,
       (SELECT environment FROM astro_sync.consumer WHERE system_id <> $1 LIMIT 1) AS other,
       (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM astro_sync.change_log_id_seq)::text AS "lastChangeId",
       pg_snapshot_xmax(pg_current_snapshot())::text AS xmax
     FROM astro_sync.capture c LEFT JOIN astro_sync.consumer k ON k.system_id = $1`,
    [systemId],
  );
  const facts = rows[0];
  const database = source.database ?? '';
  if (facts === undefined) {
    throw new SyncError('NOT_INITIALISED', `Capture is not installed in database "${database}"`, {
      hint: 'Run "astro-sync init" first.',
    });
  }
  if (facts.mine) return facts;
  throw new SyncError(
    'CONSUMER_TAKEN',
    facts.other === null
      ? `This SystemDB is not the consumer of the changes of database "${database}"`
      : `The changes of database "${database}" are read by another SystemDB (environment "${facts.other}")`,
    {
      hint: 'Run "astro-sync init", with --take-over if the other one is to stop.',
      details: { database, environment: facts.other },
    },
  );
}

async function isHorizonAhead(source: Client, systemId: string, snapshot: string): Promise<boolean> {
  const { rows } = await source.query<{ ahead: boolean }>(
    `SELECT coalesce(horizon > pg_snapshot_xmin($2::pg_snapshot), false) AS ahead FROM astro_sync.consumer WHERE system_id = $1`,
    [systemId, snapshot],
  );
  return rows[0]?.ahead ?? false;
}

async function reasonForGap(
  identity: SourceIdentity,
  facts: CaptureFacts,
  relayed: RelayState | null,
  horizonAhead: boolean,
  system: Client,
  databaseName: string,
): Promise<string | null> {
  if (!sameIdentity(identity, facts))
    return 'the source is another server, database or timeline than the one in which capture was installed';
  if (relayed === null) {
    if (facts.consumed) return 'SystemDB does not know what it has read from this source: it was restored or made anew';
    return (await wasRelayedBefore(system, databaseName)) ? 'capture was removed and installed again' : null;
  }
  if (!sameIdentity(identity, relayed))
    return 'the source is another server, database or timeline than at the last relay';
  if (BigInt(facts.lastChangeId) < BigInt(relayed.lastChangeId))
    return 'the ids of changes went back: the source was restored';
  if (BigInt(facts.xmax) < BigInt(relayed.snapshot.split(':')[1] ?? '0'))
    return 'transaction ids went back: the source was restored';
  if (horizonAhead) return 'SystemDB is behind what it has already confirmed to the source: it was restored';
  return null;
}

async function renewCapture(source: Client, identity: SourceIdentity, systemId: string): Promise<string> {
  const { rows } = await source.query<{ id: string }>(
    `WITH forgotten AS (UPDATE astro_sync.consumer SET horizon = NULL WHERE system_id = $4)
     UPDATE astro_sync.capture SET id = gen_random_uuid(), system_identifier = $1, timeline = $2, database_oid = $3 RETURNING id`,
    [identity.systemIdentifier, identity.timeline, identity.databaseOid, systemId],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new SyncError('INTERNAL', 'The capture could not be given a new id');
  return id;
}
