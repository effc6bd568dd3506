import type { Client } from 'pg';
import { quoteLiteral } from '../connect/identifiers';
import { SyncError } from '../errors';

/** One step of a schema; its sql may hold several statements. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** What is installed into schema astro_sync: SystemDB's tables, the capture of a source, the record in a target. */
export type SchemaPart = 'system' | 'capture' | 'target';

const ensureMigrationTable = `
DO $$
BEGIN
  IF to_regnamespace('astro_sync') IS NULL THEN
    CREATE SCHEMA astro_sync;
  END IF;
  IF to_regclass('astro_sync.migration') IS NULL THEN
    CREATE TABLE astro_sync.migration (
      part text NOT NULL,
      version integer NOT NULL,
      name text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (part, version)
    );
  END IF;
END $$`;

/**
 * Brings one part of schema astro_sync to the newest version that this program knows, in one transaction; two programs that
 * do it at once wait for each other. Gives the names of the steps applied, none where it was current.
 * @throws SyncError SCHEMA_TOO_NEW where a newer program has been here, RIGHTS_MISSING where the role may not create it
 */
export async function migrate(client: Client, part: SchemaPart, migrations: readonly Migration[]): Promise<string[]> {
  const known = newest(migrations);
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('astro_sync migrate', 0))`);
    const before = await installedVersion(client, part);
    refuseNewer(part, before, known);
    const pending = migrations.filter((migration) => migration.version > (before ?? 0));
    if (pending.length > 0) await client.query(ensureMigrationTable);
    for (const { version, name, sql } of pending) {
      await client.query(sql);
      await client.query(
        `INSERT INTO astro_sync.migration (part, version, name) VALUES (${quoteLiteral(part)}, ${String(version)}, ${quoteLiteral(name)})`,
      );
    }
    await client.query('COMMIT');
    return pending.map((migration) => migration.name);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw rightsError(error);
  }
}

/**
 * Refuses to work with a schema that is missing, older or newer than this program's.
 * @throws SyncError NOT_INITIALISED, SCHEMA_TOO_NEW
 */
export async function requireVersion(
  client: Client,
  part: SchemaPart,
  migrations: readonly Migration[],
): Promise<void> {
  const known = newest(migrations);
  const installed = await installedVersion(client, part);
  refuseNewer(part, installed, known);
  if (installed !== null && installed === known) return;
  const state =
    installed === null ? 'is not installed' : `has version ${String(installed)}, this program needs ${String(known)}`;
  throw new SyncError(
    'NOT_INITIALISED',
    `Schema astro_sync (${part}) of database "${client.database ?? ''}" ${state}`,
    {
      hint: 'Run "astro-sync init" first.',
    },
  );
}

/** The installed version of a part, null where there is none. */
export async function installedVersion(client: Client, part: SchemaPart): Promise<number | null> {
  const { rows: exists } = await client.query<{ present: boolean }>(
    `SELECT to_regclass('astro_sync.migration') IS NOT NULL AS present`,
  );
  if (exists[0]?.present !== true) return null;
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM astro_sync.migration WHERE part = $1',
    [part],
  );
  return rows[0]?.version ?? null;
}

/** Drops schema astro_sync once no part is installed any more. */
export async function dropEmptySchema(client: Client): Promise<void> {
  await client.query(`
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM astro_sync.migration) THEN
    DROP TABLE astro_sync.migration;
    DROP SCHEMA astro_sync;
  END IF;
END $$`);
}

function newest(migrations: readonly Migration[]): number {
  return Math.max(0, ...migrations.map((migration) => migration.version));
}

function refuseNewer(part: SchemaPart, installed: number | null, known: number): void {
  if (installed === null || installed <= known) return;
  throw new SyncError(
    'SCHEMA_TOO_NEW',
    `Schema astro_sync (${part}) has version ${String(installed)}; this program knows versions up to ${String(known)}`,
    { hint: 'Use the newer program that installed it.', details: { part, installed, known } },
  );
}

function rightsError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '42501') return error;
  return new SyncError('RIGHTS_MISSING', `The role may not install schema astro_sync: ${error.message}`, {
    hint: 'Let "astro-sync check" print the GRANTs that are missing.',
    cause: error,
  });
}
