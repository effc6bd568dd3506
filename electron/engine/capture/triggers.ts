import type { Client } from 'pg';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import { withTableLock } from './table-lock';
import type { TableFacts } from './table-facts';

const events = {
  astro_sync_insert: 'INSERT ON $table REFERENCING NEW TABLE AS new_rows',
  astro_sync_update: 'UPDATE ON $table REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows',
  astro_sync_delete: 'DELETE ON $table REFERENCING OLD TABLE AS old_rows',
  astro_sync_truncate: 'TRUNCATE ON $table',
} as const;

/** The names of the capture triggers of a table. */
const triggerNames = Object.keys(events);

/** A table or partition that lacks capture triggers (or has them disabled, or with another function). */
export interface Untriggered extends QualifiedName {
  readonly oid: string;
  readonly missing: readonly (keyof typeof events)[];
}

/** Which members of a captured table lack working triggers. */
export async function missingTriggers(
  client: Client,
  members: readonly string[],
  functionName: string,
): Promise<Untriggered[]> {
  const { rows } = await client.query<{ oid: string; schema: string; name: string; missing: (keyof typeof events)[] }>(
    `SELECT c.oid::text AS oid, s.nspname::text AS schema, c.relname::text AS name, array_agg(wanted.name ORDER BY wanted.name) AS missing
     FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
     CROSS JOIN unnest($2::text[]) AS wanted(name)
     WHERE c.oid = ANY ($1::oid[]) AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT 1 FROM pg_trigger t
         WHERE t.tgrelid = c.oid AND t.tgname = wanted.name AND t.tgenabled IN ('O', 'A')
           AND t.tgfoid = to_regproc('astro_sync.' || quote_ident(replace(wanted.name, 'astro_sync', $3))))
     GROUP BY c.oid, s.nspname, c.relname
     ORDER BY c.oid`,
    [members, triggerNames, functionName],
  );
  return rows;
}

/**
 * Creates the triggers that are missing on a table and on all its partitions: a statement's triggers fire only for the relation
 * it names, so a write into a partition fires the partition's and never the parent's too. Gives the names of those that lacked some.
 * @throws SyncError STATEMENT_FAILED where a lock is not to be had
 */
export async function ensureTriggers(client: Client, facts: TableFacts, functionName: string): Promise<string[]> {
  const lacking = await missingTriggers(client, facts.members, functionName);
  for (const table of lacking) {
    const qualified = quoteQualified(table);
    await withTableLock(client, table, async () => {
      for (const name of table.missing) {
        await client.query(
          `CREATE OR REPLACE TRIGGER ${quoteIdent(name)} AFTER ${events[name].replace('$table', () => qualified)}
           FOR EACH STATEMENT EXECUTE FUNCTION astro_sync.${quoteIdent(name.replace('astro_sync', () => functionName))}()`,
        );
      }
    });
  }
  return lacking.map((table) => `${table.schema}.${table.name}`);
}
