import type { Client } from 'pg';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import type { ResolvedDataset } from '../dataset/resolved';
import { SyncError } from '../errors';
import { migrate } from '../system/migrate';
import { ensureSyncRole, grantToSyncRole } from '../system/sync-role';
import { captureSpec } from './capture-spec';
import { takeConsumer } from './consumer';
import { captureFunctionName, eventFunctionName } from './function-name';
import { readIdentity } from './identity';
import { captureMigrations } from './migrations/index';
import { readSubscriptions, replaceSubscriptions } from './stored-subscriptions';
import type { Subscription } from './subscriptions';
import { isCapturable, subscriptionsOf } from './subscriptions';
import { withTableLock } from './table-lock';
import { readTableFacts } from './table-facts';
import type { TableFacts } from './table-facts';
import { captureEvents, triggerFunctionSql } from './trigger-function';
import type { CaptureSpec } from './trigger-function';
import { ensureTriggers } from './triggers';

export interface InstallOptions {
  /** The environment's name for this database: decides which datasets have their source (or guarded target) here. */
  readonly databaseName: string;
  readonly environmentName: string;
  readonly datasets: readonly ResolvedDataset[];
  /** The identity of the SystemDB that reads the changes (systemId). */
  readonly systemId: string;
  /** Become the consumer even though another SystemDB is. */
  readonly takeOver?: boolean;
}

export interface InstallReport {
  /** What was done, in words; empty where everything was in place. */
  readonly done: string[];
  /** SQL for an administrator, where this role may not do it. */
  readonly missing: string[];
}

/**
 * Installs capture for these datasets: schema, functions, triggers, subscriptions. Safe to repeat, and by two at once; what
 * other datasets have installed stays. Triggers wait for writers only as long as lock_timeout, a few times.
 * @throws SyncError SCHEMA_TOO_NEW, RIGHTS_MISSING, CONSUMER_TAKEN, TABLE_MISSING, COLUMN_MISSING, NOT_SUPPORTED,
 *   STATEMENT_FAILED where a writer holds a table too long (names its pid)
 */
export async function installCapture(client: Client, options: InstallOptions): Promise<InstallReport> {
  const identity = await readIdentity(client);
  await client.query(`SELECT pg_advisory_lock(hashtextextended('astro_sync capture', 0))`);
  try {
    const missing = await ensureSyncRole(client);
    const done = (await migrate(client, 'capture', captureMigrations)).map((name) => `schema: ${name}`);
    await client.query(
      `INSERT INTO astro_sync.capture (system_identifier, timeline, database_oid) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [identity.systemIdentifier, identity.timeline, identity.databaseOid],
    );
    if (await takeConsumer(client, options)) done.push('consumer: this SystemDB');
    const wanted = subscriptionsOf(options.datasets, options.databaseName);
    const names = options.datasets.map((dataset) => dataset.name);
    const before = await readSubscriptions(client);
    const after = [...before.filter((s) => !names.includes(s.dataset)), ...wanted];
    const tables = tablesOf([...before.filter((s) => names.includes(s.dataset)), ...wanted]);
    const plans: CapturePlan[] = [];
    for (const table of tables) plans.push(await planCapture(client, table, after));
    await replaceSubscriptions(client, names, wanted);
    for (const plan of plans) done.push(...(await captureTable(client, plan)));
    if (done.length > 0) await grantToSyncRole(client);
    return { done, missing };
  } finally {
    await client.query(`SELECT pg_advisory_unlock(hashtextextended('astro_sync capture', 0))`).catch(() => undefined);
  }
}

function tablesOf(subscriptions: readonly Subscription[]): QualifiedName[] {
  return [...new Map(subscriptions.map(({ table }) => [quoteQualified(table), table])).values()];
}

/** What is to be recorded of a table; nothing where no dataset wants it any more. */
export interface CapturePlan {
  readonly table: QualifiedName;
  readonly wanted: { readonly facts: TableFacts; readonly spec: CaptureSpec } | null;
}

/**
 * Decides what must be recorded of a table, before anything is changed.
 * @throws SyncError TABLE_MISSING, COLUMN_MISSING, NOT_SUPPORTED
 */
async function planCapture(client: Client, table: QualifiedName, all: readonly Subscription[]): Promise<CapturePlan> {
  const subscriptions = all.filter((s) => s.table.schema === table.schema && s.table.name === table.name);
  if (subscriptions.length === 0) return { table, wanted: null };
  const label = `${table.schema}.${table.name}`;
  const facts = await readTableFacts(client, table);
  if (facts === null) {
    throw new SyncError('TABLE_MISSING', `There is no table ${label} in database "${client.database ?? ''}"`, {
      hint: 'Correct the definition of the dataset.',
    });
  }
  if (!isCapturable(facts.kind)) {
    throw new SyncError(
      'NOT_SUPPORTED',
      `${label} is no ordinary or partitioned table: its changes cannot be captured`,
      {
        hint: 'Name the tables behind it in depends_on, or run this dataset with --mode full.',
      },
    );
  }
  return { table, wanted: { facts, spec: captureSpec(facts, subscriptions) } };
}

/** Brings function, triggers and record of one table in line with the plan. Gives what was done, in words. */
async function captureTable(client: Client, { table, wanted }: CapturePlan): Promise<string[]> {
  if (wanted === null) return dropTableCapture(client, table);
  const { facts, spec } = wanted;
  const label = `${table.schema}.${table.name}`;
  const functionName = captureFunctionName(facts.oid);
  const body = captureEvents.map((event) => triggerFunctionSql(functionName, 0, spec, event)).join(';\n');
  const current = await readCurrent(client, table);
  const done: string[] = [];
  let reconcile: string | null = null;
  const retyped = current === null ? [] : retypedColumns(current, spec);
  // Types that are written alike share their functions; what is known of the columns is brought up to date all the same.
  if (current?.spec !== body || current.relation !== facts.oid || retyped.length > 0) {
    await installFunction(client, functionName, body, facts, spec);
    const columns = spec.columns.length === 1 ? '1 column' : `${String(spec.columns.length)} columns`;
    done.push(`capture of ${label}: ${columns}`);
    if (current !== null && current.relation !== facts.oid) reconcile = 'the table was made anew';
    // A change of type may write every value anew, and fires no trigger.
    else if (retyped.length > 0) reconcile = `columns changed their type: ${retyped.join(', ')}`;
  }
  const installed = await ensureTriggers(client, facts, functionName);
  if (installed.length > 0) {
    done.push(`triggers on ${installed.join(', ')}`);
    if (current !== null) reconcile ??= `triggers were missing on ${installed.join(', ')}`;
  }
  if (current !== null && current.members.join() !== facts.members.join())
    reconcile ??= 'the set of partitions changed';
  if (reconcile !== null) {
    await recordReconcile(client, facts, reconcile);
    done.push(`${label}: ${reconcile}; needs a full run`);
  }
  return done;
}

async function installFunction(
  client: Client,
  functionName: string,
  body: string,
  facts: TableFacts,
  spec: CaptureSpec,
): Promise<void> {
  await client.query('BEGIN');
  try {
    const id = await insertVersion(client, facts, body, spec);
    for (const event of captureEvents) {
      const name = eventFunctionName(functionName, event);
      await client.query(triggerFunctionSql(name, id, spec, event));
      await client.query(`REVOKE ALL ON FUNCTION astro_sync.${quoteIdent(name)}() FROM PUBLIC`);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface CurrentCapture {
  readonly relation: string;
  readonly spec: string;
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly members: readonly string[];
}

async function readCurrent(client: Client, table: QualifiedName): Promise<CurrentCapture | null> {
  const { rows } = await client.query<CurrentCapture>(
    `SELECT relation::text AS relation, spec, columns, types, members::text[] AS members FROM astro_sync.captured_table
     WHERE schema_name = $1 AND table_name = $2 AND is_current`,
    [table.schema, table.name],
  );
  return rows[0] ?? null;
}

function retypedColumns({ columns, types }: CurrentCapture, spec: CaptureSpec): string[] {
  const before = new Map(columns.map((name, at) => [name, types[at]]));
  return spec.columns.filter(({ name, type }) => before.has(name) && before.get(name) !== type).map(({ name }) => name);
}

async function insertVersion(
  client: Client,
  facts: TableFacts,
  spec: string,
  { columns, kept }: CaptureSpec,
): Promise<number> {
  await client.query(
    'UPDATE astro_sync.captured_table SET is_current = false WHERE schema_name = $1 AND table_name = $2 AND is_current',
    [facts.schema, facts.name],
  );
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO astro_sync.captured_table (relation, schema_name, table_name, columns, types, kept, spec, members)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
    [
      facts.oid,
      facts.schema,
      facts.name,
      columns.map((column) => column.name),
      columns.map((column) => column.type),
      kept,
      spec,
      facts.members,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new SyncError('INTERNAL', 'captured_table gave no id');
  return id;
}

/** Remembers the table's parts as they are now, and that what was in them before is unknown. */
async function recordReconcile(client: Client, facts: TableFacts, reason: string): Promise<void> {
  await client.query(
    `WITH now_current AS (
       UPDATE astro_sync.captured_table SET members = $3 WHERE schema_name = $1 AND table_name = $2 AND is_current RETURNING id
     )
     INSERT INTO astro_sync.change_log (table_id, op, new, origin)
     SELECT id, 'R', ARRAY[$4::text], ARRAY['astro-sync', session_user, session_user, host(inet_client_addr()), NULL] FROM now_current`,
    [facts.schema, facts.name, facts.members, reason],
  );
}

async function dropTableCapture(client: Client, table: QualifiedName): Promise<string[]> {
  const current = await readCurrent(client, table);
  if (current === null) return [];
  await withTableLock(client, { ...table, oid: current.relation }, async () => {
    for (const event of captureEvents) {
      const name = eventFunctionName(captureFunctionName(current.relation), event);
      await client.query(`DROP FUNCTION IF EXISTS astro_sync.${quoteIdent(name)}() CASCADE`);
    }
  });
  await client.query(
    'UPDATE astro_sync.captured_table SET is_current = false WHERE schema_name = $1 AND table_name = $2 AND is_current',
    [table.schema, table.name],
  );
  return [`capture of ${table.schema}.${table.name} removed`];
}
