import type pg from 'pg';
import type { EngineEvent } from '../../../shared/engine/events';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { environmentSchema } from '../../../shared/definitions/environment';
import { createTestDatabase, createTestRedis } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { RedisServer } from '../../sandbox/servers/redis';
import { openEnvironment } from '../connect/environment';
import type { Engine } from './api';
import { openEngine } from './open';

/** Three real databases (operations, system, and a copy to sync into), and engines opened on them as an operator would. */
export interface TestBench {
  readonly operations: pg.Client;
  readonly copy: pg.Client;
  readonly system: pg.Client;
  readonly redis: RedisServer | null;
  readonly databases: Readonly<Record<'operations' | 'copy' | 'system', TestDatabase>>;
  /** A new engine on these definitions, with events kept. */
  engine(definitions: readonly unknown[], more?: EngineMore): Promise<Engine & { readonly events: EngineEvent[] }>;
  close(): Promise<void>;
}

export interface EngineMore {
  readonly level?: 'development' | 'staging' | 'production';
  readonly readOnly?: boolean;
  readonly operator?: string;
  readonly host?: string;
  /** Called with every event, in the engine's own turn. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Other addresses for some databases: another role, another server. */
  readonly urls?: Readonly<Partial<Record<'operations' | 'copy' | 'system', string>>>;
}

/** Creates the databases; a Redis named cache too where asked for. */
export async function openTestBench(
  options: { readonly redis?: boolean; readonly versions?: [18 | 14, 18 | 14] } = {},
): Promise<TestBench> {
  const [sourceVersion, targetVersion] = options.versions ?? [18, 18];
  const [operations, copy, system] = await Promise.all([
    createTestDatabase(sourceVersion),
    createTestDatabase(targetVersion),
    createTestDatabase(),
  ]);
  const redis = options.redis === true ? await createTestRedis() : null;
  const clients = await Promise.all([operations.client(), copy.client(), system.client()]);
  const engines: Engine[] = [];
  return {
    operations: clients[0],
    copy: clients[1],
    system: clients[2],
    redis,
    databases: { operations, copy, system },
    async engine(definitions, more = {}) {
      const environment = await openEnvironment(
        environmentSchema.parse({
          name: 'test',
          level: more.level ?? 'development',
          read_only: more.readOnly ?? false,
          databases: {
            operations: { engine: 'postgres', url: more.urls?.operations ?? operations.url },
            copy: { engine: 'postgres', url: more.urls?.copy ?? copy.url },
            system: { engine: 'postgres', url: more.urls?.system ?? system.url },
            ...(redis === null ? {} : { cache: { engine: 'redis', url: redis.url() } }),
          },
        }),
        { folder: '.' },
      );
      const events: EngineEvent[] = [];
      const engine = await openEngine({
        environment,
        definitions: definitions.map((definition) => datasetSchema.parse(definition)),
        caller: { operator: more.operator ?? 'olga', host: more.host ?? 'test', application: 'test' },
        listener: (event) => {
          events.push(event);
          more.onEvent?.(event);
        },
      });
      engines.push(engine);
      return { ...engine, events };
    },
    async close() {
      await Promise.allSettled(engines.map((engine) => engine.close()));
      await Promise.allSettled([operations.drop(), copy.drop(), system.drop(), redis?.stop()]);
    },
  };
}

/** All rows of a table as canonical text, ordered: what "the same" means in these tests. */
export async function rowsOf(client: pg.Client, table: string, order = '1'): Promise<string[]> {
  const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} AS t ORDER BY ${order}`);
  return rows.map(({ row }) => row);
}

/** Runs statements on source and copy alike: tables that are the same on both sides. */
export async function onBoth(bench: TestBench, sql: string): Promise<void> {
  await Promise.all([bench.operations.query(sql), bench.copy.query(sql)]);
}

/** A dataset that copies a table of operations to the table of the same name in copy; its name is the table's. */
export function copyOf(table: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: table,
    source: { database: 'operations', table: `public.${table}` },
    target: { database: 'copy', table: `public.${table}` },
    ...more,
  };
}

/** How many jobs of a dataset there are, by status. */
export async function jobsOf(bench: TestBench, dataset: string): Promise<Record<string, number>> {
  const { rows } = await bench.system.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM astro_sync.job_queue WHERE dataset = $1 GROUP BY status',
    [dataset],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
