import type { Client } from 'pg';
import { selectRows } from '../../compare/digest';
import type { Span } from '../../compare/span';
import { copiesBinary, targetColumns, typedColumns } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { postgresTarget } from '../../dataset/projection';
import type { Connections } from './connections';
import { copyRows } from './copy-rows';

/** Rows on their way into the target, in the writer's session; empty again after each transaction. */
export const stage = 'pg_temp.astro_sync_stage';

/**
 * Makes the staging table: the target's types without its constraints, so that a row is refused by the merge, alone, and not by
 * the COPY.
 */
export async function createStage(writer: Client, ds: ResolvedDataset): Promise<void> {
  const columns = ds.columns.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  await writer.query(
    `CREATE TEMPORARY TABLE IF NOT EXISTS astro_sync_stage ON COMMIT DELETE ROWS AS ` +
      `SELECT ${columns} FROM ${quoteQualified(postgresTarget(ds).table)} AS t WITH NO DATA`,
  );
}

/** Copies the source's rows of a span into the stage; gives their number. Throws CopyFailure. */
export function stageSpan(connections: Connections, writer: Client, ds: ResolvedDataset, span: Span): Promise<number> {
  const select = selectRows(ds, 'source', typedColumns(ds), span);
  return copyRows(connections, writer, select, `${stage} (${targetColumns(ds)})`, copiesBinary(ds));
}

/** Copies the source's rows of a span straight into the target, which holds none of it; gives their number. Throws CopyFailure. */
export function fillSpan(connections: Connections, writer: Client, ds: ResolvedDataset, span: Span): Promise<number> {
  const select = selectRows(ds, 'source', typedColumns(ds), span);
  const into = `${quoteQualified(postgresTarget(ds).table)} (${targetColumns(ds)})`;
  return copyRows(connections, writer, select, into, copiesBinary(ds));
}
