import { rm } from 'node:fs/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createSandboxRoles } from '../../sandbox/astrobookings/roles';
import type { SandboxRoles } from '../../sandbox/astrobookings/roles';
import { seedAstroBookings } from '../../sandbox/astrobookings/seed';
import type { SeedProgress, SeedResult } from '../../sandbox/astrobookings/seed';
import { startPostgres } from '../../sandbox/servers/postgres';
import type { PostgresServer } from '../../sandbox/servers/postgres';
import { temporaryFolder } from '../../sandbox/servers/reachable-folder';
import { startRedis } from '../../sandbox/servers/redis';
import type { RedisServer } from '../../sandbox/servers/redis';
import { registerServer } from '../../sandbox/servers/registry';
import type { Closing } from './closing';
import { writeEnvironment } from './environment-file';
import type { EnvironmentFiles } from './environment-file';

/** The demo's own servers. */
export interface Servers {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
}

/** Servers with AstroBookings' data, and how to reach them. */
export interface Sandbox extends Servers {
  /** As an administrator, to fill the databases and to look at what the sync made of them. */
  readonly operations: pg.Client;
  readonly system: pg.Client;
  readonly cache: Redis;
  readonly roles: SandboxRoles;
  readonly seeded: SeedResult;
  readonly files: EnvironmentFiles;
  /** Goes with the demo. */
  readonly folder: string;
}

/** Starts both servers. @throws SyncError SERVER_MISSING, SERVER_FAILED */
export async function startServers(opened: Closing, onNotice: (text: string) => void): Promise<Servers> {
  // Nothing here outlives the demo: a crash of the machine may lose it.
  const postgres = await startPostgres({ databases: ['operations', 'system'], durable: false });
  opened.add(() => postgres.stop());
  const redis = await startRedis({ onNotice });
  opened.add(() => redis.stop());
  return { postgres, redis };
}

export interface FillOptions {
  readonly scale: number;
  readonly onProgress: (progress: SeedProgress) => void;
}

/** Creates tables, data and roles, and the environment file of the operator. */
export async function fillSandbox(servers: Servers, opened: Closing, options: FillOptions): Promise<Sandbox> {
  const { postgres, redis } = servers;
  const connected = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: postgres.url(database), application_name: 'demo' });
    client.on('error', () => undefined);
    await client.connect();
    opened.add(() => client.end());
    return client;
  };
  const [operations, system] = [await connected('operations'), await connected('system')];
  const cache = new Redis(redis.url(), { lazyConnect: true });
  cache.on('error', () => undefined);
  await cache.connect();
  opened.add(() => {
    cache.disconnect();
  });

  const seeded = await seedAstroBookings({ operations, system, ...options });
  const roles = await createSandboxRoles({ operations, system });

  const folder = await temporaryFolder(null, 'demo');
  const registration = registerServer(folder);
  opened.add(async () => {
    await rm(folder, { recursive: true, force: true });
    registration.remove();
  });
  const files = await writeEnvironment(folder, {
    host: postgres.host,
    postgresPort: postgres.port,
    redisPort: redis.port,
    operator: roles.operator,
    administrator: { name: postgres.user, password: postgres.password },
  });
  return { ...servers, operations, system, cache, roles, seeded, files, folder };
}
