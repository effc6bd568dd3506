import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Servers } from './servers';
import { definitions } from './servers';

/** AstroBookings' definitions in that folder, travelers in batches so small that a run of them shows how far it is. */
export async function inSmallBatches(folder: string): Promise<string> {
  await cp(definitions, folder, { recursive: true });
  const file = join(folder, 'travelers.yaml');
  await writeFile(file, `${(await readFile(file, 'utf8')).trimEnd()}\n  batch: 20\n`);
  return folder;
}

/** Every traveler changes at the source, and a run of them gets no further than the last one, who is held. */
export async function heldUp(servers: Servers): Promise<pg.Client> {
  await servers.system.query(`update users set email = 'new.' || email where role = 'traveler'`);
  return holdLastTraveler(servers);
}

/** The row of the last traveler is locked in the target by somebody else, until the connection that is given ends or rolls back. */
export async function holdLastTraveler({ system, postgres }: Servers): Promise<pg.Client> {
  const { rows } = await system.query<{ id: string }>(`select max(id)::text as id from users where role = 'traveler'`);
  const holder = new pg.Client({ connectionString: postgres.url('operations') });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from travelers where user_id = $1 for update', [rows[0]!.id]);
  return holder;
}
