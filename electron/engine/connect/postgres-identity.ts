import type { Client } from 'pg';

/** What tells one database from every other, whatever it is called: a copy or a restore under the same name is another one. */
export interface PostgresIdentity {
  /** Made by initdb; a standby shares it with its primary. */
  readonly systemIdentifier: string;
  readonly databaseOid: string;
}

/** Asks a server who it is; any role may. */
export async function postgresIdentity(client: Client): Promise<PostgresIdentity> {
  const { rows } = await client.query<PostgresIdentity>(
    `SELECT c.system_identifier::text AS "systemIdentifier", d.oid::text AS "databaseOid"
     FROM pg_control_system() AS c, pg_database AS d WHERE d.datname = current_database()`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('pg_control_system() gave no row');
  return row;
}

/** One text for an identity: `7412345678901234567/16384`. */
export function identityText(identity: PostgresIdentity): string {
  return `${identity.systemIdentifier}/${identity.databaseOid}`;
}
