import type { Client } from 'pg';
import { SyncError } from '../errors';
import { migrate, requireVersion } from './migrate';
import { systemMigrations } from './migrations/index';
import { ensureSyncRole, grantToSyncRole } from './sync-role';

export interface SystemInstallReport {
  /** What was done, in words; empty where everything was in place. */
  readonly done: string[];
  /** SQL for an administrator, where this role may not do it. */
  readonly missing: string[];
}

/**
 * Installs or updates schema astro_sync of SystemDB; safe to repeat and by two consoles at once.
 * @throws SyncError SCHEMA_TOO_NEW, RIGHTS_MISSING
 */
export async function migrateSystem(client: Client): Promise<SystemInstallReport> {
  const missing = await ensureSyncRole(client);
  const done = (await migrate(client, 'system', systemMigrations)).map((name) => `schema: ${name}`);
  if (done.length > 0) await grantToSyncRole(client);
  return { done, missing };
}

/**
 * Refuses a SystemDB that is not installed, or by another version of this program.
 * @throws SyncError NOT_INITIALISED, SCHEMA_TOO_NEW
 */
export function requireSystem(client: Client): Promise<void> {
  return requireVersion(client, 'system', systemMigrations);
}

/** The uuid that this SystemDB got when it was installed: who it is, for the consumers in sources. */
export async function systemId(client: Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM astro_sync.system_identity');
  const id = rows[0]?.id;
  if (id === undefined)
    throw new SyncError('NOT_INITIALISED', 'SystemDB has no identity', { hint: 'Run "astro-sync init" first.' });
  return id;
}
