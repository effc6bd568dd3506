import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { stringify } from 'yaml';
import type { environmentSchema } from '../../../shared/definitions/environment';
import type { SandboxRole } from '../../sandbox/astrobookings/roles';

/** Where the sandbox's servers answer. */
export interface SandboxAddresses {
  readonly host: string;
  readonly postgresPort: number;
  readonly redisPort: number;
  /** Whom the sync signs in as. */
  readonly operator: SandboxRole;
  /** Whom a person signs in as who wants to look around. */
  readonly administrator: SandboxRole;
}

/** What was written, as paths. */
export interface EnvironmentFiles {
  readonly environment: string;
  /** A password file of libpq: no address that is shown holds a password. */
  readonly passwords: string;
}

/** Writes astro-sync.yaml as a user would, its secrets in files beside it. */
export async function writeEnvironment(folder: string, addresses: SandboxAddresses): Promise<EnvironmentFiles> {
  const { host, postgresPort, redisPort, operator, administrator } = addresses;
  const secret = join('secrets', operator.name);
  const postgres = (database: string) => ({
    engine: 'postgres' as const,
    url: `postgres://${operator.name}@${host}:${postgresPort}/${database}`,
    password: { file: secret },
  });
  const definition: z.input<typeof environmentSchema> = {
    name: 'demo',
    level: 'development',
    databases: {
      operations: postgres('operations'),
      system: postgres('system'),
      cache: { engine: 'redis', url: `redis://${host}:${redisPort}/0` },
    },
    system: 'system',
  };
  const environment = join(folder, 'astro-sync.yaml');
  const passwords = join(folder, 'pgpass');
  await chmod(folder, 0o700);
  await mkdir(join(folder, 'secrets'));
  await writeFile(join(folder, secret), `${operator.password}\n`, { mode: 0o600 });
  await writeFile(passwords, `${host}:${postgresPort}:*:${administrator.name}:${administrator.password}\n`, {
    mode: 0o600,
  });
  await writeFile(environment, stringify(definition), { mode: 0o600 });
  return { environment, passwords };
}
