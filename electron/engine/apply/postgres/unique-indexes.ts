import type { Client } from 'pg';
import { postgresTarget } from '../../dataset/projection';
import type { ResolvedDataset } from '../../dataset/resolved';

/** One unique index of the target, of a constraint or by itself, with expressions and predicate. */
export interface UniqueIndex {
  readonly name: string;
  /** SQL over the bare column names: what has to be unique. */
  readonly parts: readonly string[];
  /** SQL over the bare column names: only such rows count. */
  readonly predicate: string | null;
  /** Columns that it reads. */
  readonly columns: readonly string[];
  readonly deferrable: boolean;
  readonly nullsDistinct: boolean;
  /** A foreign key refers to it. */
  readonly referenced: boolean;
}

interface Row {
  readonly name: string;
  readonly parts: string[];
  readonly predicate: string | null;
  readonly columns: string[];
  readonly deferrable: boolean;
  readonly nulls_distinct: boolean;
  readonly referenced: boolean;
}

/** Reads the unique indexes of a dataset's target. Columns inside expressions are found by what the index depends on. */
export async function readUniqueIndexes(writer: Client, ds: ResolvedDataset): Promise<readonly UniqueIndex[]> {
  const { rows } = await writer.query<Row>(
    `SELECT i.relname::text AS name,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnkeyatts) AS k ORDER BY k) AS parts,
       pg_get_expr(x.indpred, x.indrelid, true) AS predicate,
       ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = x.indrelid AND (
         a.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1]) OR a.attnum IN (
           SELECT d.refobjsubid FROM pg_depend AS d
           WHERE d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid AND d.refobjid = x.indrelid AND d.refobjsubid > 0))
         ORDER BY a.attnum) AS columns,
       NOT x.indimmediate AS deferrable,
       coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false) = false AS nulls_distinct,
       EXISTS (SELECT FROM pg_constraint AS f WHERE f.contype = 'f' AND f.confrelid = x.indrelid AND f.conindid = x.indexrelid) AS referenced
     FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
     WHERE x.indrelid = $1::oid AND x.indisunique AND x.indisvalid
     ORDER BY x.indisprimary DESC, i.relname`,
    [postgresTarget(ds).table.oid],
  );
  return rows.map(({ nulls_distinct: nullsDistinct, ...index }) => ({ ...index, nullsDistinct }));
}
