import { counted } from '../../../shared/format-number';
import type { Client } from 'pg';
import { quoteIdent } from '../connect/identifiers';
import { SyncError } from '../errors';
import { dropEmptySchema, installedVersion } from '../system/migrate';
import { notRelayed } from './not-relayed';
import { withTableLock } from './table-lock';

/**
 * Removes capture from a source whole: the triggers first, each under lock_timeout, then functions and tables; schema astro_sync
 * too where nothing else is in it. The role stays, other databases may use it. Gives what was removed, in words.
 * @param options.relayed the snapshot up to which SystemDB has the changes in its queue; null: only what it confirmed
 * @param options.unsettledJobs how many jobs of this source SystemDB still has pending
 * @throws SyncError UNSETTLED_CHANGES while changes or jobs are unsettled, unless discard; STATEMENT_FAILED where a table is held
 */
export async function uninstallCapture(
  client: Client,
  options: { readonly discard: boolean; readonly relayed: string | null; readonly unsettledJobs: number },
): Promise<string[]> {
  await client.query(`SELECT pg_advisory_lock(hashtextextended('astro_sync capture', 0))`);
  try {
    // Somebody else may have removed it while this waited.
    if ((await installedVersion(client, 'capture')) === null) return [];
    const refuse = (begun: boolean): Promise<void> =>
      options.discard ? Promise.resolve() : refuseUnsettled(client, options, begun);
    await refuse(false);
    const removed = await dropCaptureFunctions(client, refuse);
    await client.query(`
      BEGIN;
      SET LOCAL lock_timeout = '3s';
      DROP TABLE astro_sync.change_log, astro_sync.captured_table, astro_sync.subscription, astro_sync.consumer, astro_sync.capture;
      DROP SEQUENCE astro_sync.lost_changes;
      DELETE FROM astro_sync.migration WHERE part = 'capture';
      COMMIT`);
    await dropEmptySchema(client);
    return [...removed, records];
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await client.query(`SELECT pg_advisory_unlock(hashtextextended('astro_sync capture', 0))`).catch(() => undefined);
  }
}

/** Removes the record of what was applied from a target. */
export async function uninstallTarget(client: Client): Promise<string[]> {
  if ((await installedVersion(client, 'target')) === null) return [];
  await client.query(
    `BEGIN; DROP TABLE IF EXISTS astro_sync.applied; DELETE FROM astro_sync.migration WHERE part = 'target'; COMMIT`,
  );
  await dropEmptySchema(client);
  return [applied];
}

/** How many captured changes are in no queue yet. */
export async function unsettledChanges(client: Client, relayed: string | null): Promise<number> {
  const { rows } = await client.query<{ changes: string }>(
    `SELECT count(*) AS changes FROM astro_sync.change_log l
     WHERE NOT EXISTS (SELECT 1 FROM astro_sync.consumer c WHERE l.xid < c.horizon) AND ${notRelayed(relayed)}`,
  );
  return Number(rows[0]?.changes ?? 0);
}

/** @param begun whether tables are captured no more already */
async function refuseUnsettled(
  client: Client,
  { relayed, unsettledJobs }: { readonly relayed: string | null; readonly unsettledJobs: number },
  begun: boolean,
): Promise<void> {
  const changes = await unsettledChanges(client, relayed);
  if (changes > 0 || unsettledJobs > 0)
    throw unsettled([client.database ?? ''], { changes, jobs: unsettledJobs }, begun);
}

/**
 * That something waits which removing capture would lose.
 * @param databases their names
 * @param begun whether some of it was removed already
 */
export function unsettled(
  databases: readonly string[],
  { changes, jobs }: { readonly changes: number; readonly jobs: number },
  begun = false,
): SyncError {
  const left = [
    ...(changes === 0 ? [] : [`${counted(changes, 'change')} not relayed`]),
    ...(jobs === 0 ? [] : [`${counted(jobs, 'job')} pending`]),
  ];
  const of = databases.map((name) => `"${name}"`).join(', ');
  const where = databases.length === 1 ? `Database ${of} still has` : `Databases ${of} still have`;
  return new SyncError('UNSETTLED_CHANGES', `${where} ${left.join(' and ')}`, {
    hint: begun
      ? 'Run "astro-sync init", which puts back what was removed until then, and the datasets; or uninstall with --discard.'
      : 'Run the datasets first, or uninstall with --discard.',
    details: { changes, jobs },
  });
}

/** A function of a captured table; more than one may be of the same. */
interface CaptureFunction {
  readonly name: string;
  readonly oid: string;
  readonly schema: string;
  readonly table: string;
}

async function captureFunctions(client: Client): Promise<readonly CaptureFunction[]> {
  const { rows } = await client.query<CaptureFunction>(
    `SELECT p.proname::text AS name, coalesce(c.relation, 0)::text AS oid, coalesce(c.schema_name, '') AS schema, coalesce(c.table_name, '') AS table
     FROM pg_proc p
     LEFT JOIN LATERAL (SELECT * FROM astro_sync.captured_table t WHERE 'capture_' || t.relation = regexp_replace(p.proname, '_[a-z]+$', '') ORDER BY t.id DESC LIMIT 1) c ON true
     WHERE p.pronamespace = 'astro_sync'::regnamespace AND p.proname LIKE 'capture\\_%' AND p.prorettype = 'trigger'::regtype
     ORDER BY p.proname`,
  );
  return rows;
}

/** What removing capture takes along, in words. */
function inWords(functions: readonly CaptureFunction[]): string[] {
  return [...new Set(functions.map(({ schema, table }) => `triggers of ${schema}.${table}`))];
}

const records = 'change log, subscriptions and consumer';
const applied = 'record of what was applied';

/** What would be removed from a source or target, in the words in which removing it tells so; writes nothing. */
export async function capturedHere(client: Client): Promise<string[]> {
  const captures = (await installedVersion(client, 'capture')) !== null;
  const isTarget = (await installedVersion(client, 'target')) !== null;
  return [...(captures ? [...inWords(await captureFunctions(client)), records] : []), ...(isTarget ? [applied] : [])];
}

/**
 * Dropping the function takes its triggers along, also where this role does not own the table.
 * @param refuse looks once more, when nobody writes the table any more: whoever wrote it may have committed while this waited
 */
async function dropCaptureFunctions(client: Client, refuse: (begun: boolean) => Promise<void>): Promise<string[]> {
  const functions = await captureFunctions(client);
  for (const [at, { name, oid, schema, table }] of functions.entries()) {
    await withTableLock(client, { oid, schema, name: table }, async () => {
      await client.query(`DROP FUNCTION IF EXISTS astro_sync.${quoteIdent(name)}() CASCADE`);
      await refuse(at > 0);
    });
  }
  return inWords(functions);
}
