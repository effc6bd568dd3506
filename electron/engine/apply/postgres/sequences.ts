import { quoteIdent, quoteQualified } from '../../connect/identifiers';
import { postgresTarget } from '../../dataset/projection';
import { sqlstateOf } from '../../compare/server-errors';
import { inSavepoint } from './divide';
import { targetTable } from './merge';
import type { Session } from './session';

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/**
 * After rows came in with explicit ids, moves a sequence that a column owns past the largest of them, so that the next id it gives
 * is not taken. Ids beyond the sequence's own maximum are of another range, which it never gives: they move nothing. A stream's
 * ids are of such a range, chosen by who writes the stream: sequences stay as they are. Where this role may not, the run says so.
 */
export async function followSequences(session: Session): Promise<void> {
  session.inserted = false;
  const { context, policy, transaction } = session;
  const ds = policy.dataset;
  if (ds.source.engine === 'redis' || policy.write === 'update') return;
  const columns = postgresTarget(ds).table.columns.filter(
    (column) =>
      (column.hasDefault || column.identity !== 'none') &&
      integers.has(column.type.base) &&
      ds.columns.some(({ name }) => name === column.name),
  );
  if (columns.length === 0) return;
  await transaction(async (writer) => {
    for (const { name } of columns) {
      const { rows } = await writer.query<{ schema: string; name: string }>(
        `SELECT n.nspname::text AS schema, c.relname::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.oid = pg_get_serial_sequence($1, $2)::regclass`,
        [targetTable(ds), name],
      );
      const [sequence] = rows;
      if (sequence === undefined) continue;
      const column = quoteIdent(name);
      await inSavepoint(writer, () =>
        writer.query(
          `SELECT setval(s.seqrelid::regclass, largest.id) FROM pg_sequence AS s
             CROSS JOIN LATERAL (SELECT max(t.${column})::bigint AS id FROM ${targetTable(ds)} AS t
               WHERE t.${column} BETWEEN s.seqmin AND s.seqmax) AS largest
             CROSS JOIN ${quoteQualified(sequence)} AS state
           WHERE s.seqrelid = $1::regclass AND s.seqincrement > 0 AND largest.id IS NOT NULL
             AND (largest.id > state.last_value OR largest.id = state.last_value AND NOT state.is_called)`,
          [quoteQualified(sequence)],
        ),
      ).catch((error: unknown) => {
        if (sqlstateOf(error) !== '42501') throw error;
        const grant = `GRANT SELECT, UPDATE ON SEQUENCE ${quoteQualified(sequence)}`;
        context.write?.onWarning(
          `the sequence of "${name}" could not be moved past the ids of the source, since this role may not: what an application ` +
            `inserts into the target itself may fail with a duplicate key. An administrator runs ${grant}, then a full run moves it`,
        );
      });
    }
  });
}
