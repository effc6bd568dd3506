import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres';
import type { PostgresServer } from './postgres';
import type { PostgresRelease } from './postgres-binaries';

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
    postgres14: SharedServer;
  }
}

const settings = { max_connections: '200' };

/** Starts PostgreSQL 18 and 14 once for the whole run, tells the tests where they are, and stops them at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const start = (version: PostgresRelease): Promise<PostgresServer> =>
    startPostgres({ version, databases: [], durable: false, settings });
  const [postgres18, postgres14] = await Promise.all([start(18), start(14)]);
  project.provide('postgres18', access(postgres18));
  project.provide('postgres14', access(postgres14));
  return async () => {
    await Promise.all([postgres18.stop(), postgres14.stop()]);
  };
}

function access({ host, port, user, password }: PostgresServer): SharedServer {
  return { host, port, user, password };
}
