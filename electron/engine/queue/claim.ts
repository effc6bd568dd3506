import type { Client } from 'pg';
import { quoteLiteral } from '../connect/identifiers';
import { SyncError } from '../errors';
import type { EntityKey, StreamImage } from '../run/driver';
import type { JobScope } from './job-scope';
import { keyOf } from './job-scope';
import { mergeImage } from './merge-image';
import type { RecordedImage } from './merge-image';

const pending = (scope: JobScope): string =>
  `dataset = ${quoteLiteral(scope.dataset)} AND status = 'pending' AND NOT gap AND id <= ${quoteLiteral(scope.throughJobId)}::bigint`;

const longKey = `min(entity_key::text) FILTER (WHERE entity LIKE 'sha256:%') AS long`;

/** One entity with its pending jobs, oldest first. */
export interface Claimed {
  readonly key: EntityKey;
  readonly jobIds: readonly string[];
}

/** The same with the values that the entries of a stream brought, merged in their order. */
export interface ClaimedImage extends Claimed {
  readonly image: StreamImage;
}

interface ClaimRow {
  readonly entity: string;
  /** The key as JSON where entity is but its hash. */
  readonly long: string | null;
  readonly ids: string[];
}

/**
 * The entities with pending jobs of this run, each once however often it changed, in blocks. Read through a cursor: memory holds
 * one block. Needs a connection of its own while it is read; settling goes on beside it.
 * @throws SyncError NEEDS_FULL_RUN where jobs have keys of other columns
 */
export async function* claimKeys(client: Client, scope: JobScope, size: number): AsyncGenerator<Claimed[]> {
  const query = `SELECT entity, ${longKey}, array_agg(id::text ORDER BY id) AS ids
    FROM astro_sync.job_queue WHERE ${pending(scope)} GROUP BY entity ORDER BY min(entity_id), min(id)`;
  for await (const rows of blocks<ClaimRow>(client, query, size)) {
    yield rows.map((row) => ({ key: entityKeyOf(scope, row.long ?? row.entity), jobIds: row.ids }));
  }
}

/** The same for a dataset whose source is a stream. */
export async function* claimImages(client: Client, scope: JobScope, size: number): AsyncGenerator<ClaimedImage[]> {
  const query = `SELECT entity, ${longKey}, array_agg(id::text ORDER BY id) AS ids,
      jsonb_agg(jsonb_build_object('operation', data->'operation', 'values', data->'after') ORDER BY id) AS images
    FROM astro_sync.job_queue WHERE ${pending(scope)} GROUP BY entity ORDER BY min(id)`;
  for await (const rows of blocks<ClaimRow & { images: RecordedImage[] }>(client, query, size)) {
    yield rows.map((row) => {
      const key = entityKeyOf(
        scope,
        row.long ?? row.entity,
        'Skip these jobs in the queue of the console, with the reason.',
      );
      return { key, jobIds: row.ids, image: { key, ...mergeImage(row.images) } };
    });
  }
}

/** How many entities have pending jobs of this run, and how many jobs these are. */
export async function countPending(
  client: Client,
  scope: JobScope,
): Promise<{ readonly entities: number; readonly changes: number }> {
  const { rows } = await client.query<{ entities: string; changes: string | null }>(
    `SELECT count(*) AS entities, sum(jobs) AS changes
     FROM (SELECT count(*) AS jobs FROM astro_sync.job_queue WHERE ${pending(scope)} GROUP BY entity) entities`,
  );
  return { entities: Number(rows[0]?.entities ?? 0), changes: Number(rows[0]?.changes ?? 0) };
}

/**
 * Why only a full run can go on: the latest pending gap or reconcile of a dataset; null where there is none.
 * @param throughJobId highest job id that counts: what a run's snapshot did not see is for the next one; null for all
 */
export async function pendingGap(
  client: Client,
  dataset: string,
  throughJobId: string | null = null,
): Promise<string | null> {
  const { rows } = await client.query<{ note: string | null }>(
    `SELECT note FROM astro_sync.job_queue
     WHERE dataset = $1 AND gap AND status = 'pending' AND ($2::bigint IS NULL OR id <= $2::bigint) ORDER BY id DESC LIMIT 1`,
    [dataset, throughJobId],
  );
  return rows[0] === undefined ? null : (rows[0].note ?? 'changes were missed');
}

async function* blocks<Row>(client: Client, query: string, size: number): AsyncGenerator<Row[]> {
  await client.query('BEGIN READ ONLY');
  try {
    await client.query(`DECLARE claim NO SCROLL CURSOR FOR ${query}`);
    for (;;) {
      const { rows } = await client.query<Row & object>(`FETCH ${String(size)} FROM claim`);
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
    }
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

function entityKeyOf(
  scope: JobScope,
  entity: string,
  hint = 'Its definition changed: run it with --mode full.',
): EntityKey {
  const entityKey = JSON.parse(entity) as Record<string, string>;
  const key = keyOf(scope.keyNames, entityKey);
  if (key !== null) return key;
  throw new SyncError('NEEDS_FULL_RUN', `Dataset "${scope.dataset}" has pending jobs whose key has other columns`, {
    hint,
    details: { dataset: scope.dataset, key: entityKey },
  });
}
