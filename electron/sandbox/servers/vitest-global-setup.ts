import type { TestProject } from 'vitest/node';
import { SyncError } from '../../engine/errors';
import { startPostgres } from './postgres';
import type { PostgresServer } from './postgres';
import type { PostgresRelease } from './postgres-package';

/** How a test reaches one of the servers that all test files share. */
export interface SharedServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres18: SharedServer;
    /** Null where PostgreSQL 14 does not come for this platform. */
    postgres14: SharedServer | null;
  }
}

const settings = { max_connections: '200' };

/** Starts PostgreSQL 18 and 14 once for the whole run, tells the tests where they are, and stops them at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const start = (version: PostgresRelease): Promise<PostgresServer> =>
    startPostgres({ version, databases: [], durable: false, settings });
  const [postgres18, postgres14] = await Promise.all([start(18), start(14).catch(nullWhereMissing)]);
  project.provide('postgres18', access(postgres18));
  project.provide('postgres14', postgres14 === null ? null : access(postgres14));
  return async () => {
    await Promise.all([postgres18.stop(), postgres14?.stop()]);
  };
}

function nullWhereMissing(error: unknown): null {
  if (error instanceof SyncError && error.code === 'SERVER_MISSING') return null;
  throw error;
}

function access({ host, port, user, password }: PostgresServer): SharedServer {
  return { host, port, user, password };
}
