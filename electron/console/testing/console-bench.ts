import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { expect } from 'vitest';
import type { Alert } from '../../../shared/contract/alert';
import type { InputOf, MethodName, OutputOf } from '../../../shared/contract/contract';
import type { ConsoleEvent } from '../../../shared/contract/events';
import { environmentSchema } from '../../../shared/definitions/environment';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { createConsole } from '../console';
import type { Console } from '../console';
import { openHere } from '../engine/open-here';
import type { Facilities } from '../facilities';
import { openLog } from '../log/open-log';
import { sessionSecrets } from '../secrets/session-secrets';
import type { Opening } from '../session/session';
import { confStores } from '../stores/open-conf';

/** Two real databases, and a console with the engine in this thread. */
export interface ConsoleBench {
  readonly console: Console;
  readonly operations: pg.Client;
  readonly system: pg.Client;
  readonly databases: Readonly<Record<'operations' | 'system', TestDatabase>>;
  /** Every event that was published. */
  readonly events: ConsoleEvent[];
  /** Every notice that was shown. */
  readonly notices: Alert[];
  readonly dataFolder: string;
  /** The file of the dataset definitions. */
  readonly datasets: string;
  readonly facilities: Facilities;
  /** How the environment of the bench is opened. */
  opening(more?: Readonly<Record<string, unknown>>): Opening;
  /** @throws Error with the code, where it failed */
  call<Name extends MethodName>(method: Name, input: InputOf<Name>): Promise<OutputOf<Name>>;
  /** Waits for an event, also one that was seen already. */
  until(wanted: (event: ConsoleEvent) => boolean): Promise<ConsoleEvent>;
  close(): Promise<void>;
}

export const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'cities' },
  target: { database: 'system', table: 'cities' },
};

/** @param definitions the content of the file of definitions; what is not given is a dataset `cities` of `rows` rows */
export async function openConsoleBench(
  options: { readonly definitions?: string; readonly rows?: number; readonly facilities?: Partial<Facilities> } = {},
): Promise<ConsoleBench> {
  const [operations, system] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const clients = await Promise.all([operations.client(), system.client()]);
  const table = 'CREATE TABLE cities (id bigint PRIMARY KEY, name text NOT NULL)';
  await clients[0].query(
    `${table}; INSERT INTO cities SELECT i, 'city ' || i FROM generate_series(1, ${String(options.rows ?? 100)}) i`,
  );
  await clients[1].query(table);
  const folder = await mkdtemp(join(tmpdir(), 'astro-sync-console-'));
  const datasets = join(folder, 'datasets.yaml');
  await writeFile(datasets, options.definitions ?? JSON.stringify([cities]));
  const notices: Alert[] = [];
  const facilities: Facilities = {
    host: 'web',
    dataFolder: folder,
    resources: join(import.meta.dirname, '../../../resources'),
    log: openLog(folder, 'web'),
    caller: { operator: 'olga', host: 'test', application: 'console' },
    versions: {},
    openStore: confStores(folder),
    secrets: sessionSecrets(),
    damaged: () => [],
    engineOpener: (told) => (request) => openHere(request, told.onWarning),
    startedWith: null,
    mayBeSent: (references) => Promise.resolve(references),
    sendingHint: 'Say yes.',
    definitionFolders: [],
    mayBeRead: () => Promise.resolve(false),
    readingHint: 'Name a folder of its own.',
    notice(alert) {
      notices.push(alert);
      return Promise.resolve({ shown: true, detail: '' });
    },
    anotherLink: () => null,
    openExternal: () => Promise.resolve(),
    openPath: () => Promise.resolve(true),
    askWhere: () => Promise.resolve({ deliver: (file) => Promise.resolve({ file, download: null }) }),
    ...options.facilities,
  };
  const defects: string[] = [];
  const console = createConsole(facilities, (message) => defects.push(message));
  const events: ConsoleEvent[] = [];
  const listeners = new Set<() => void>();
  console.hub.subscribe(null, (frame) => {
    if (frame.kind !== 'events') return;
    events.push(...frame.events.map(({ event }) => event));
    for (const listener of [...listeners]) listener();
  });
  return {
    console,
    operations: clients[0],
    system: clients[1],
    databases: { operations, system },
    events,
    notices,
    dataFolder: folder,
    datasets,
    facilities,
    opening: (more = {}) => ({
      request: {
        definition: environmentSchema.parse({
          name: 'test',
          databases: {
            operations: { engine: 'postgres', url: operations.url },
            system: { engine: 'postgres', url: system.url },
          },
          ...more,
        }),
        folder,
        datasets,
        secrets: {},
        tunnel: null,
      },
      profile: null,
      color: 'slate',
      sandbox: false,
    }),
    async call(method, input) {
      const outcome = await console.dispatch(method, input);
      if (outcome.ok) return outcome.value as OutputOf<typeof method>;
      throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
    },
    until: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(wanted);
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    async close() {
      await console.close();
      await Promise.allSettled([operations.drop(), system.drop()]);
      await rm(folder, { recursive: true, force: true });
      // Whatever a test was about: the console said nothing that its contract does not know.
      expect(defects).toEqual([]);
    },
  };
}
