import type { Client } from 'pg';
import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';

/** Rows on their way into the target, of the target's types; empty again after each transaction. */
export const stage = 'pg_temp.astro_sync_stage';
/** The same as text, for batches in which some row may not fit the target's types; empty again after each transaction. */
export const rawStage = 'pg_temp.astro_sync_raw';
/** Keys of rows that have to be written together, because one wants a unique value that another holds; doomed: to be deleted. */
export const together = 'pg_temp.astro_sync_together';
/** Keys of target rows that are to be deleted (or marked); kept until the run is over. */
export const deletes = 'pg_temp.astro_sync_deletes';
/** Keys of rows that cannot be written yet, or never; kept until the run is over. */
export const aside = 'pg_temp.astro_sync_aside';

/**
 * Makes the temporary tables of a writer's session. The stage has the target's types without its constraints, so that a row is
 * refused by the merge, alone, and not by the COPY.
 */
export async function createWorkTables(writer: Client, ds: ResolvedDataset): Promise<void> {
  const columns = ds.columns.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  const keys = ds.key.map(({ name }) => `t.${quoteIdent(name)}`).join(', ');
  const texts = ds.columns.map(({ name }) => `${quoteIdent(name)} pg_catalog.text`).join(', ');
  const keyNames = ds.key.map(({ name }) => quoteIdent(name)).join(', ');
  const target = quoteQualified(postgresTarget(ds).table);
  await writer.query(`
CREATE TEMPORARY TABLE astro_sync_stage ON COMMIT DELETE ROWS AS SELECT ${columns} FROM ${target} AS t WITH NO DATA;
CREATE TEMPORARY TABLE astro_sync_raw (${texts}) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE astro_sync_together ON COMMIT DELETE ROWS AS
  SELECT ${keys}, 0 AS astro_sync_n, 0 AS astro_sync_group, '{}'::int4[] AS astro_sync_holds, false AS astro_sync_doomed
  FROM ${target} AS t WITH NO DATA;
CREATE TEMPORARY TABLE astro_sync_deletes AS
  SELECT ${keys}, 0::bigint AS astro_sync_n, false AS astro_sync_proven FROM ${target} AS t WITH NO DATA;
ALTER TABLE ${deletes} ALTER COLUMN astro_sync_n SET NOT NULL,
  ALTER COLUMN astro_sync_n ADD GENERATED ALWAYS AS IDENTITY, ALTER COLUMN astro_sync_proven SET DEFAULT false;
CREATE UNIQUE INDEX ON ${deletes} (${keyNames});
CREATE UNIQUE INDEX ON ${deletes} (astro_sync_n);
CREATE TEMPORARY TABLE astro_sync_aside AS
  SELECT ${keys}, 0::bigint AS astro_sync_n, ''::text AS astro_sync_why, ''::text AS astro_sync_error FROM ${target} AS t WITH NO DATA;
ALTER TABLE ${aside} ALTER COLUMN astro_sync_n SET NOT NULL, ALTER COLUMN astro_sync_n ADD GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX ON ${aside} (${keyNames});
CREATE UNIQUE INDEX ON ${aside} (astro_sync_n)`);
}

/** Condition over an alias of the table of groups. */
export function inGroup(alias: string, group: number | null): string {
  return group === null ? 'true' : `${alias}.astro_sync_group = ${String(group)}`;
}
