import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { environmentSchema } from '../../../shared/definitions/environment';
import { SyncError } from '../../engine/errors';
import type { Engine } from '../../engine/operate/api';
import { runBurst } from '../../sandbox/astrobookings/burst';
import { createSandboxRoles } from '../../sandbox/astrobookings/roles';
import type { SandboxRoles } from '../../sandbox/astrobookings/roles';
import { seedAstroBookings } from '../../sandbox/astrobookings/seed';
import { startPostgres } from '../../sandbox/servers/postgres';
import type { PostgresServer } from '../../sandbox/servers/postgres';
import { temporaryFolder } from '../../sandbox/servers/reachable-folder';
import { startRedis } from '../../sandbox/servers/redis';
import type { RedisServer } from '../../sandbox/servers/redis';
import { registerServer } from '../../sandbox/servers/registry';
import type { Opening } from '../session/session';

/** Real servers with AstroBookings' data on this computer; they end with the host. */
export interface Sandbox {
  readonly opening: Opening;
  /** Gives the sync's role what `check` names, as an administrator would, and installs what the datasets need. */
  prepare(engine: Engine): Promise<void>;
  /** A while of ordinary traffic by the applications. @returns how many changes they made */
  burst(): Promise<number>;
  close(): Promise<void>;
}

/** About 5,000 bookings: there in some seconds, and enough to see what a run does. */
const scale = 0.05;

/**
 * Starts the servers and fills them.
 * @param definitions folder of AstroBookings' dataset definitions; the sandbox works on a copy, which may be edited
 * @throws SyncError SANDBOX_UNAVAILABLE
 */
export async function startSandbox(definitions: string): Promise<Sandbox> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    const postgres = await startPostgres({ databases: ['operations', 'system'], durable: false });
    closers.push(() => postgres.stop());
    const redis = await startRedis();
    closers.push(() => redis.stop());
    const administrators = {
      operations: await connected(postgres, 'operations'),
      system: await connected(postgres, 'system'),
    };
    closers.push(() => Promise.all(Object.values(administrators).map((client) => client.end())));
    await seedAstroBookings({ ...administrators, scale });
    const roles = await createSandboxRoles(administrators);
    const folder = await temporaryFolder(null, 'console');
    const registration = registerServer(folder);
    closers.push(async () => {
      await rm(folder, { recursive: true, force: true });
      registration.remove();
    });
    const datasets = join(folder, 'datasets');
    await copyDefinitions(definitions, datasets);
    let bursts = 0;
    return {
      opening: openingOf(postgres, redis, roles, datasets),
      async prepare(engine) {
        for (const name of ['operations', 'system'] as const) {
          const { databases } = await engine.check({ datasets: [] });
          const grants = databases.filter((database) => database.name === name).flatMap((database) => database.grants);
          for (const statement of grants) await administrators[name].query(statement);
        }
        await engine.init({ datasets: [] });
      },
      async burst() {
        bursts += 1;
        const result = await runBurst({
          operations: postgres.url('operations'),
          system: postgres.url('system'),
          cache: redis.url(),
          roles,
          seed: bursts,
        });
        return (Object.values(result) as (readonly string[])[]).reduce((sum, ids) => sum + ids.length, 0);
      },
      close,
    };
  } catch (cause) {
    await close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SyncError('SANDBOX_UNAVAILABLE', `The sandbox could not be started: ${reason}`, {
      hint: cause instanceof SyncError && cause.hint !== null ? cause.hint : 'Add an environment of your own instead.',
      cause,
    });
  }
}

function openingOf(postgres: PostgresServer, redis: RedisServer, roles: SandboxRoles, datasets: string): Opening {
  const { name, password } = roles.operator;
  const database = (path: string) => ({
    engine: 'postgres' as const,
    url: `postgres://${name}@${postgres.host}:${String(postgres.port)}/${path}`,
  });
  return {
    request: {
      definition: environmentSchema.parse({
        name: 'sandbox',
        level: 'development',
        databases: {
          operations: database('operations'),
          system: database('system'),
          cache: { engine: 'redis', url: redis.url() },
        },
        system: 'system',
      }),
      folder: datasets,
      datasets,
      secrets: { operations: password, system: password },
      tunnel: null,
    },
    profile: null,
    color: 'teal',
    sandbox: true,
  };
}

async function connected(postgres: PostgresServer, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url(database), application_name: 'sandbox' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function copyDefinitions(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from)) await copyFile(join(from, file), join(to, file));
}
