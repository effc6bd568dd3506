import type { Client } from 'pg';
import { migrate } from '../system/migrate';
import { ensureSyncRole, grantToSyncRole } from '../system/sync-role';
import type { InstallReport } from './install';
import { targetMigrations } from './migrations/index';

/**
 * Installs astro_sync.applied in a target; safe to repeat and by two at once.
 * @throws SyncError SCHEMA_TOO_NEW, RIGHTS_MISSING
 */
export async function installTarget(client: Client): Promise<InstallReport> {
  const missing = await ensureSyncRole(client);
  const done = (await migrate(client, 'target', targetMigrations)).map((name) => `schema: ${name}`);
  if (done.length > 0) await grantToSyncRole(client);
  return { done, missing };
}
