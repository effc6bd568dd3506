import pg from 'pg';
import type { PostgresServer } from '../electron/sandbox/servers/postgres';

/** Three databases of one case on the shared server: source, target and system. */
export interface Databases {
  readonly names: { readonly source: string; readonly target: string; readonly system: string };
  readonly source: pg.Client;
  readonly target: pg.Client;
  readonly system: pg.Client;
  /** libpq's variables for the server; the database is in SOURCE and TARGET. */
  readonly variables: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

export async function createDatabases(server: PostgresServer, prefix: string): Promise<Databases> {
  const name = (part: string): string => `${prefix.replaceAll('-', '_')}_${part}`;
  const names = { source: name('source'), target: name('target'), system: name('system') };
  for (const database of Object.values(names)) await server.createDatabase(database);
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client(server.url(database));
    await client.connect();
    return client;
  };
  const [source, target, system] = await Promise.all([
    connect(names.source),
    connect(names.target),
    connect(names.system),
  ]);
  return {
    names,
    source,
    target,
    system,
    variables: {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.password,
      SOURCE: names.source,
      TARGET: names.target,
    },
    async drop() {
      await Promise.all([source.end(), target.end(), system.end()]);
      const admin = await connect('postgres');
      for (const database of Object.values(names)) await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`);
      await admin.end();
    },
  };
}

const columns = `id bigint PRIMARY KEY, amount numeric(12,2) NOT NULL, at timestamptz NOT NULL, name text NOT NULL`;

/** The type of the last column: jsonb, or the same as text, so that all types of the table are plain ones. */
export type DataType = 'jsonb' | 'text';

export async function createTable(client: pg.Client, table: string, data: DataType = 'jsonb'): Promise<void> {
  await client.query(`CREATE TABLE ${table} (${columns}, data ${data} NOT NULL)`);
}

/** Fills a table with rows of about 153 bytes, the same for the same number. */
export async function fillTable(client: pg.Client, table: string, rows: number): Promise<void> {
  await client.query(
    `INSERT INTO ${table}
     SELECT i, (i * 7919 % 9999999) / 100.0, timestamptz '2026-01-01 00:00:00Z' + i * interval '1.000001 seconds',
            'Traveler ' || i || ' ' || substr(md5(i::text), 1, 12),
            jsonb_build_object('seat', i % 300, 'class', 'moon', 'note', md5((i + 1)::text))
     FROM generate_series(1, $1::bigint) AS i`,
    [rows],
  );
  await client.query(`VACUUM (ANALYZE) ${table}`);
}

/** Puts a table back to what another one holds, without the traces of what was measured before. */
export async function resetTable(client: pg.Client, table: string, like: string | null): Promise<void> {
  await client.query(`TRUNCATE ${table}`);
  if (like !== null) await client.query(`INSERT INTO ${table} SELECT * FROM ${like}`);
  await client.query(`VACUUM (ANALYZE) ${table}`);
  await client.query('CHECKPOINT');
}

export async function countRows(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
  return Number(rows[0]?.n);
}
