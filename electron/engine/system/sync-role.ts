import type { Client } from 'pg';

/**
 * Creates role astro_sync (NOLOGIN) and makes this session's role a member, where it may. Only members are believed when they
 * say that a write belongs to a run. Gives the SQL for an administrator where it may not, else nothing.
 */
export async function ensureSyncRole(client: Client): Promise<string[]> {
  const missing: string[] = [];
  const { rows } = await client.query<{ exists: boolean; member: boolean; me: string }>(
    `SELECT to_regrole('astro_sync') IS NOT NULL AS exists, quote_ident(session_user) AS me,
       CASE WHEN to_regrole('astro_sync') IS NULL THEN false ELSE pg_has_role(session_user, 'astro_sync', 'member') END AS member`,
  );
  const state = rows[0];
  if (state === undefined) return missing;
  // Another installer may create the role at the same moment: that is as good.
  if (!state.exists && !(await allowed(client, 'CREATE ROLE astro_sync NOLOGIN', ['42710', '23505']))) {
    missing.push('CREATE ROLE astro_sync NOLOGIN;');
  }
  if (!state.member && !(await allowed(client, `GRANT astro_sync TO ${state.me}`, []))) {
    missing.push(`GRANT astro_sync TO ${state.me};`);
  }
  return missing;
}

/** Lets every member of role astro_sync work with what is installed in schema astro_sync, where that role exists. */
export async function grantToSyncRole(client: Client): Promise<void> {
  await client.query(`
DO $$
BEGIN
  IF to_regrole('astro_sync') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA astro_sync TO astro_sync;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA astro_sync TO astro_sync;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA astro_sync TO astro_sync;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  NULL; -- Another role owns the schema and has granted it already.
END $$`);
}

/** Runs a statement; false where the right is missing. SQLSTATEs in asGood count as done. */
async function allowed(client: Client, sql: string, asGood: readonly string[]): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch (error) {
    const state = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (asGood.includes(state)) return true;
    if (state === '42501' || state === '42704') return false;
    throw error;
  }
}
