import type { Client } from 'pg';
import type { QualifiedName } from '../connect/identifiers';
import { installedVersion } from '../system/migrate';
import { captureFunctionName } from './function-name';
import { notRelayed } from './not-relayed';
import { readInstallations, readSubscriptions } from './stored-subscriptions';
import type { Subscription } from './subscriptions';
import { missingTriggers } from './triggers';

/** How the capture of a source stands. */
export interface CaptureState {
  readonly installed: boolean;
  readonly captureId: string | null;
  /** Rows of the change log that are not in the queue yet, by this role's sight of them. */
  readonly unrelayed: number;
  /** The same by dataset: rows of tables that it reads; one row counts for each of them. */
  readonly unrelayedOf: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly bytes: number;
  /** ISO time of the oldest row. */
  readonly oldestAt: string | null;
  readonly consumer: {
    readonly environment: string;
    readonly systemId: string;
    readonly relayedAt: string | null;
  } | null;
  /** What is not as it was installed, in words: missing triggers, tables or partitions that changed. */
  readonly drift: readonly CaptureDrift[];
  /** What is captured, and for whom. */
  readonly subscriptions: readonly Subscription[];
  readonly datasets: readonly string[];
  /** Dataset to the time at which its capture was installed or changed, as text. */
  readonly installations: Readonly<Record<string, string>>;
}

const nothing: CaptureState = {
  installed: false,
  captureId: null,
  unrelayed: 0,
  unrelayedOf: {},
  rows: 0,
  bytes: 0,
  oldestAt: null,
  consumer: null,
  drift: [],
  subscriptions: [],
  datasets: [],
  installations: {},
};

/**
 * Reads how the capture of a source stands; the counts read the change log once.
 * @param relayed the snapshot up to which the queue has the changes; null: what the consumer confirmed is all that is known
 */
export async function captureState(client: Client, relayed: string | null): Promise<CaptureState> {
  if ((await installedVersion(client, 'capture')) === null) return nothing;
  const { rows } = await client.query<Omit<CaptureState, 'installed' | 'drift' | 'subscriptions'>>(
    `WITH log AS MATERIALIZED (
       SELECT table_id, count(*) AS rows, min(at) AS oldest,
         count(*) FILTER (WHERE xid >= coalesce((SELECT horizon FROM astro_sync.consumer LIMIT 1), '0') AND ${notRelayed(relayed)}) AS unrelayed
       FROM astro_sync.change_log GROUP BY table_id
     ), of AS (
       SELECT s.dataset, sum(log.unrelayed)::float8 AS unrelayed FROM log
       JOIN astro_sync.captured_table t ON t.id = log.table_id
       JOIN (SELECT DISTINCT dataset, schema_name, table_name FROM astro_sync.subscription WHERE role <> 'target') s
         ON s.schema_name = t.schema_name AND s.table_name = t.table_name
       GROUP BY s.dataset
     )
     SELECT (SELECT id FROM astro_sync.capture) AS "captureId",
       (SELECT coalesce(sum(unrelayed), 0)::float8 FROM log) AS unrelayed,
       (SELECT coalesce(jsonb_object_agg(dataset, unrelayed), '{}') FROM of) AS "unrelayedOf",
       (SELECT coalesce(sum(rows), 0)::float8 FROM log) AS rows,
       (SELECT to_char(min(oldest) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') FROM log) AS "oldestAt",
       pg_total_relation_size('astro_sync.change_log')::float8 AS bytes,
       (SELECT jsonb_build_object('environment', environment, 'systemId', system_id, 'relayedAt', relayed_at)
        FROM astro_sync.consumer LIMIT 1) AS consumer,
       (SELECT coalesce(array_agg(DISTINCT dataset ORDER BY dataset), '{}') FROM astro_sync.subscription) AS datasets`,
  );
  const row = rows[0];
  return row === undefined
    ? nothing
    : {
        ...row,
        installed: true,
        installations: await readInstallations(client),
        drift: await captureDrift(client),
        subscriptions: await readSubscriptions(client),
      };
}

/** A captured table that is no longer as it was installed. */
interface Captured {
  readonly relation: string;
  readonly schema: string;
  readonly name: string;
  readonly members: string[];
  readonly now: string[];
  readonly present: boolean;
  readonly gone: string[];
  readonly retyped: string[];
}

/** A captured table that changed since its capture was installed, so that its changes may be missed. */
export interface CaptureDrift extends QualifiedName {
  readonly reason: string;
}

/** What is not as it was installed; empty where all is. A few milliseconds: it reads only the catalog. */
export async function captureDrift(client: Client): Promise<CaptureDrift[]> {
  const { rows } = await client.query<Captured>(
    `SELECT t.relation::text AS relation, t.schema_name AS schema, t.table_name AS name, t.members::text[] AS members, tree.now,
       to_regclass(format('%I.%I', t.schema_name, t.table_name)) IS NOT DISTINCT FROM t.relation::regclass AS present,
       ARRAY(SELECT c FROM unnest(t.columns) c WHERE NOT EXISTS (
         SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.relation AND a.attname = c AND NOT a.attisdropped)) AS gone,
       ARRAY(SELECT c.name FROM unnest(t.columns, t.types) AS c(name, type) JOIN pg_attribute a
         ON a.attrelid = t.relation AND a.attname = c.name AND NOT a.attisdropped AND format_type(a.atttypid, -1) <> c.type) AS retyped
     FROM astro_sync.captured_table t
     CROSS JOIN LATERAL (
       WITH RECURSIVE tree AS (
         SELECT t.relation AS oid
         UNION
         SELECT i.inhrelid FROM pg_inherits i JOIN tree ON tree.oid = i.inhparent
       )
       SELECT array_agg(oid::text ORDER BY oid) AS now FROM tree
     ) tree
     WHERE t.is_current ORDER BY t.id`,
  );
  const drift: CaptureDrift[] = [];
  for (const table of rows) {
    const { schema, name } = table;
    const label = `${schema}.${name}`;
    const found = (reason: string): void => void drift.push({ schema, name, reason });
    if (!table.present) {
      found(`${label} was dropped or made anew`);
      continue;
    }
    if (table.gone.length > 0) found(`${label}: captured columns are gone: ${table.gone.join(', ')}`);
    if (table.retyped.length > 0) found(`${label}: captured columns changed their type: ${table.retyped.join(', ')}`);
    if (table.members.join() !== table.now.join()) found(`${label}: the set of partitions changed`);
    const missing = await missingTriggers(client, table.now, captureFunctionName(table.relation));
    for (const one of missing) found(`${one.schema}.${one.name}: capture triggers are missing or disabled`);
  }
  return drift;
}
