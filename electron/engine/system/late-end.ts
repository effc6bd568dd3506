import type { Client } from 'pg';
import type { RunStatus } from '../../../shared/engine/documents';
import type { SyncError } from '../errors';
import { asErrorJson, updateRunDataset } from './run-dataset';
import type { DatasetRecord } from './run-dataset';

/** How a run ended while SystemDB was away: what its program knows, and the history does not. */
export interface LateEnd {
  readonly runId: string;
  readonly status: RunStatus;
  readonly error: SyncError | null;
  readonly datasets: ReadonlyMap<string, DatasetRecord>;
  readonly at: Date;
}

/**
 * Writes down how these runs ended, also where somebody has taken them for interrupted meanwhile, and takes each from the list. Call it
 * before looking for interrupted runs.
 */
export async function writeLateEnds(system: Client, ends: LateEnd[]): Promise<void> {
  for (let end = ends[0]; end !== undefined; end = ends[0]) {
    const { runId, status, error, datasets, at } = end;
    const { rowCount } = await system.query(
      `WITH ended AS (
         UPDATE astro_sync.run SET status = $2, ended_at = $4, error = $3
         WHERE id = $1 AND (ended_at IS NULL OR status = 'interrupted') RETURNING id
       ), datasets AS (
         UPDATE astro_sync.run_dataset d SET ended_at = $4,
           status = CASE WHEN d.status IN ('queued', 'planning', 'running', 'verifying') THEN $2 ELSE d.status END
         FROM ended WHERE d.run_id = ended.id AND d.ended_at IS NULL
       ), leases AS (
         DELETE FROM astro_sync.lease l USING ended WHERE l.run_id = ended.id
       )
       SELECT id FROM ended`,
      [runId, status, error === null ? null : asErrorJson(error), at],
    );
    const session = {
      query: async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
        (await system.query<Row>(sql, [...values])).rows,
    };
    if (rowCount !== 0) {
      for (const [name, record] of datasets) await updateRunDataset(session, runId, name, record);
    }
    ends.shift();
  }
}
