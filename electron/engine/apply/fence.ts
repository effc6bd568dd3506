import type { Client } from 'pg';
import { quoteLiteral, quoteQualified } from '../connect/identifiers';
import { postgresTarget } from '../dataset/projection';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';

/** The name under which `astro_sync.applied` knows what a dataset writes to: the relation, quoted, with its schema. */
export function appliedTarget(ds: ResolvedDataset): string {
  return quoteQualified(postgresTarget(ds).table);
}

/**
 * Takes the next fencing token of a dataset's target: every writer that holds an older one is fenced off from then on. Waits
 * for a transaction of such a writer that is under way.
 * @returns the token, a bigint as text
 * @throws SyncError NOT_INITIALISED where schema astro_sync is not installed in the target
 */
export async function openFence(client: Client, dataset: string, target: string, runId: string): Promise<string> {
  await requireApplied(client, dataset);
  const { rows } = await client.query<{ fence: string }>(
    `INSERT INTO astro_sync.applied AS a (dataset, target, fence, run, batch, at) VALUES ($1, $2, 1, $3::uuid, 0, now())
     ON CONFLICT (dataset, target) DO UPDATE SET fence = a.fence + 1, run = excluded.run, batch = 0, at = now()
     RETURNING fence::text AS fence`,
    [dataset, target, runId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('astro_sync.applied gave no fence');
  return row.fence;
}

async function requireApplied(client: Client, dataset: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('astro_sync.applied') IS NOT NULL AS there`,
  );
  if (rows[0]?.there === true) return;
  throw new SyncError(
    'NOT_INITIALISED',
    `The target of dataset "${dataset}" (database ${client.database ?? ''}) has no schema astro_sync`,
    {
      hint: 'Run "astro-sync init" first.',
      details: { dataset },
    },
  );
}

/** What proves, in each apply transaction, that this writer is still the one. */
export interface FenceProof {
  readonly dataset: string;
  readonly target: string;
  readonly fence: string;
  readonly runId: string;
}

/** The statement that proves the fence and counts the batch; it updates one row, or none where this writer is fenced off. */
export function proveFenceSql(proof: FenceProof, batch: number): string {
  return (
    `UPDATE astro_sync.applied SET run = ${quoteLiteral(proof.runId)}::pg_catalog.uuid, batch = ${String(batch)}, at = now() ` +
    `WHERE dataset = ${quoteLiteral(proof.dataset)} AND target = ${quoteLiteral(proof.target)} AND fence = ${proof.fence}`
  );
}

/** @throws SyncError FENCED_OFF */
export function fencedOff(proof: FenceProof): SyncError {
  return new SyncError(
    'FENCED_OFF',
    `Dataset "${proof.dataset}": another run has taken over ${proof.target}; nothing of this batch was written`,
    {
      hint: 'Look at "astro-sync runs" for the run that holds it now.',
      details: { dataset: proof.dataset, target: proof.target, run: proof.runId },
    },
  );
}

/**
 * What the target itself says of the last batch of this run: the authority when the answer to a COMMIT was lost. Each batch writes that
 * row: it is locked, so that a COMMIT that is still under way at the server is waited for.
 * @throws what the server says where that takes longer than the connection's lock_timeout
 */
export async function lastBatch(client: Client, proof: FenceProof): Promise<number | null> {
  const { rows } = await client.query<{ batch: string }>(
    'SELECT batch::text AS batch FROM astro_sync.applied WHERE dataset = $1 AND target = $2 AND fence = $3 AND run = $4::uuid FOR UPDATE',
    [proof.dataset, proof.target, proof.fence, proof.runId],
  );
  return rows[0] === undefined ? null : Number(rows[0].batch);
}
