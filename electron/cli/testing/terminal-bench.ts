import type pg from 'pg';
import type { RedisServer } from '../../sandbox/servers/redis';
import { createTestDatabase, createTestRedis } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createWorkspace } from './workspace';
import type { Workspace } from './workspace';

/** Real databases, and the folder of somebody who synchronises them from the terminal. */
export interface TerminalBench extends Workspace {
  readonly operations: pg.Client;
  readonly system: pg.Client;
  readonly databases: Readonly<Record<'operations' | 'system', TestDatabase>>;
  readonly redis: RedisServer | null;
  /** The environment file with other words in it. */
  environment(more: Readonly<Record<string, unknown>>): Record<string, unknown>;
  close(): Promise<void>;
}

/** The operator of every call. */
export const operator = 'olga';

/**
 * Creates two PostgreSQL databases, operations and system, and a Redis named cache where asked for; astro-sync.yaml names them,
 * passwords come from the program's environment.
 * @param datasets the content of datasets/datasets.yaml
 */
export async function openTerminalBench(
  datasets: readonly unknown[],
  options: { readonly redis?: boolean } = {},
): Promise<TerminalBench> {
  const [operations, system] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const redis = options.redis === true ? await createTestRedis() : null;
  const environment = (more: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
    name: 'test',
    databases: {
      operations: { engine: 'postgres', url: withoutPassword(operations.url), password: { env: 'TEST_PASSWORD' } },
      system: { engine: 'postgres', url: withoutPassword(system.url), password: { env: 'TEST_PASSWORD' } },
      ...(redis === null ? {} : { cache: { engine: 'redis', url: redis.url() } }),
    },
    ...more,
  });
  const workspace = await createWorkspace(
    { 'astro-sync.yaml': environment({}), 'datasets/datasets.yaml': datasets },
    { TEST_PASSWORD: new URL(operations.url).password, ASTRO_SYNC_OPERATOR: operator },
  );
  const clients = await Promise.all([operations.client(), system.client()]);
  return {
    ...workspace,
    operations: clients[0],
    system: clients[1],
    databases: { operations, system },
    redis,
    environment,
    async close() {
      await Promise.allSettled([operations.drop(), system.drop(), redis?.stop(), workspace.remove()]);
    },
  };
}

function withoutPassword(url: string): string {
  const address = new URL(url);
  address.password = '';
  return address.href;
}
