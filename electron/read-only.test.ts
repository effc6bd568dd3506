import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IpcMainInvokeEvent } from 'electron';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { contract } from '../shared/contract/contract';
import type { InputOf, MethodName } from '../shared/contract/contract';
import type { AnswerFrame, Outcome } from '../shared/contract/wire';
import { cities, openConsoleBench } from './console/testing/console-bench';
import type { ConsoleBench } from './console/testing/console-bench';
import { validInputs } from './console/testing/valid-inputs';
import { serveIpc } from './main/ipc';
import { createTestRedis } from './sandbox/servers/test-databases';
import type { RedisServer } from './sandbox/servers/redis';
import { serveSocket } from './web/socket';

const cards = {
  name: 'city-cards',
  source: { database: 'operations', table: 'cities' },
  target: { database: 'cache', hash: 'city:{id}', indexes: [{ string: 'city-name:{name}', value: 'id' }] },
};
/** Opens servers of its own, and no other can be asked through it. */
const elsewhere: readonly MethodName[] = ['sandbox.open'];
/** They look at what waits before they count it, which brings it into the queue where the environment may be written. */
const relaying: readonly MethodName[] = ['plans.start', 'verifications.start'];

const methods = (Object.keys(contract) as MethodName[]).filter((name) => !elsewhere.includes(name));
const changing = methods.filter((name) => contract[name].changes === 'data');

let bench: ConsoleBench;
let server: RedisServer;
let cache: Redis;
let inputs: typeof validInputs;

beforeAll(async () => {
  server = await createTestRedis();
  cache = new Redis(server.url());
  bench = await openConsoleBench({ definitions: JSON.stringify([cities, cards]) });
  await open();
  await bench.call('environment.init', { take_over: false, confirm: null });
  await run();
  // Something to do of every kind: a row that failed, and an insert, an update and a delete that wait.
  await bench.system.query("ALTER TABLE cities ADD CHECK (name <> 'bad')");
  await bench.operations.query("UPDATE cities SET name = 'bad' WHERE id = 3");
  const failed = await run();
  await bench.operations.query(`UPDATE cities SET name = 'new' WHERE id = 1;
    DELETE FROM cities WHERE id = 2; INSERT INTO cities VALUES (1000, 'one more')`);
  const { filter } = validInputs['queue.count'];
  const { jobs } = await bench.call('queue.list', { filter, before: null, after: null, limit: 1 });
  inputs = {
    ...validInputs,
    'datasets.detail': { name: 'city-cards' },
    'entities.explain': { dataset: 'city-cards', key: '1', before: null },
    'profiles.test': testOf(bench.databases.system.url),
    'queue.job': { id: jobs[0]!.id },
    'queue.retry': { filter, expected: 1000, confirm: null, from: null },
    'queue.skip': { filter, expected: 1000, confirm: null, from: null, reason: 'not wanted' },
    'runs.cancel': { id: failed },
    'runs.detail': { id: failed },
    'runs.errorGroups': { run: failed },
    'runs.errors': { ...validInputs['runs.errors'], run: failed },
    'runs.log': { ...validInputs['runs.log'], run: failed },
    'runs.retryFailed': { run: failed, confirm: null },
  };
});

afterAll(async () => {
  cache.disconnect();
  await bench.close();
  await server.stop();
});

async function open(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { databases } = bench.opening().request.definition;
  await bench.console.open(
    bench.opening({ ...more, databases: { ...databases, cache: { engine: 'redis', url: server.url() } } }),
  );
}

/** The test of a connection that can be made. */
function testOf(address: string): InputOf<'profiles.test'> {
  const { id, draft } = validInputs['profiles.test'];
  const { port, pathname, username: user, password } = new URL(address);
  const at = { port: Number(port), database: pathname.slice(1), user, secret: { kind: 'stored' as const } };
  const connections = { system: { ...draft.connections['system']!, ...at } };
  return { id, draft: { ...draft, connections }, secrets: { system: decodeURIComponent(password) } };
}

/** @returns the id that the run has in the history */
async function run(): Promise<string> {
  const { id } = await bench.call('runs.start', validInputs['runs.start']);
  await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
  return (await bench.call('tasks.get', { id })).run!;
}

/** Everything that an environment holds: what there is, and what is in it. */
async function everything(): Promise<Readonly<Record<'operations' | 'system' | 'cache', unknown>>> {
  return {
    operations: await database(bench.operations),
    system: await database(bench.system),
    cache: await keysAndValues(),
  };
}

async function database(client: pg.Client): Promise<unknown> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`,
  );
  const contents: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t ORDER BY 1`);
    contents[name] = rows.map(({ row }) => row);
  }
  const { rows: catalog } = await client.query(
    `SELECT (SELECT jsonb_agg(jsonb_build_array(tgrelid::regclass, tgname, tgenabled) ORDER BY tgrelid::regclass::text, tgname)
          FROM pg_trigger) AS triggers,
       (SELECT jsonb_agg(jsonb_build_array(p.oid::regprocedure, md5(prosrc)) ORDER BY p.oid::regprocedure::text)
          FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^pg_') AS functions,
       (SELECT jsonb_agg(jsonb_build_array(attrelid::regclass, attname, atttypid::regtype) ORDER BY attrelid::regclass::text, attnum)
          FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
          WHERE nspname !~ '^pg_' AND nspname <> 'information_schema') AS columns`,
  );
  return { contents, catalog };
}

async function keysAndValues(): Promise<unknown> {
  const keys = (await cache.keys('*')).sort();
  return Promise.all(
    keys.map(async (key) => [key, await cache.pttl(key), (await cache.dumpBuffer(key)).toString('hex')]),
  );
}

async function nothingUnderWay(): Promise<void> {
  for (const { id } of await bench.call('tasks.list', {}))
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
}

/** Each in turn, the one that closes the environment last. None is refused because of its input: the test would show nothing. */
async function callAll(names: readonly MethodName[]): Promise<void> {
  for (const name of [...names.filter((each) => each !== 'session.close'), 'session.close' as const]) {
    if (name === 'session.close') await nothingUnderWay();
    const outcome = await bench.console.dispatch(name, inputs[name]);
    if (!outcome.ok) expect(outcome.error, name).not.toMatchObject({ code: 'INPUT_INVALID' });
  }
}

type Ask = (method: MethodName, input: unknown) => Promise<Outcome>;

/** Frames as whoever bypasses the page would send them. */
const transports: Readonly<Record<string, () => Promise<{ readonly ask: Ask; readonly close: () => void }>>> = {
  async 'the WebSocket'() {
    const host = createServer();
    const end = serveSocket({ server: host, console: bench.console, allowed: () => true });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const socket = new WebSocket(`ws://127.0.0.1:${String((host.address() as AddressInfo).port)}/ws`);
    await new Promise((resolve) => socket.once('open', resolve));
    return {
      ask: (method, input) =>
        new Promise((resolve) => {
          socket.once('message', (data: Buffer) => {
            const frame = JSON.parse(data.toString()) as AnswerFrame;
            if (frame.kind === 'answer') resolve(frame.outcome);
          });
          socket.send(JSON.stringify({ kind: 'call', id: 1, method, input }));
        }),
      close() {
        end();
        host.close();
      },
    };
  },
  IPC() {
    const mainFrame = { url: 'app://console/', parent: null };
    const event = { sender: { mainFrame }, senderFrame: mainFrame } as unknown as IpcMainInvokeEvent;
    let handle: (event: IpcMainInvokeEvent, request: unknown) => unknown;
    serveIpc({
      ipcMain: { handle: (_channel, listener) => (handle = listener) },
      console: bench.console,
      origin: 'app://console',
      ours: () => true,
      onListening: () => undefined,
    });
    const ask: Ask = async (method, input) =>
      JSON.parse((await handle(event, JSON.stringify({ kind: 'call', id: 1, method, input }))) as string) as Outcome;
    return Promise.resolve({ ask, close: () => undefined });
  },
};

describe('through a read-only environment', () => {
  beforeAll(() => open({ read_only: true }));

  it.each(Object.entries(transports))('every method that changes data is refused over %s', async (_name, serve) => {
    const { ask, close } = await serve();
    for (const name of changing)
      expect(await ask(name, inputs[name]), name).toMatchObject({ ok: false, error: { code: 'READ_ONLY' } });
    close();
  });

  it('no method changes anything in a database or in Redis, whatever the contract says of it', async () => {
    const before = await everything();
    await callAll(methods);
    expect(await everything()).toEqual(before);
  });
});

describe('through one that may be written', () => {
  beforeAll(() => open());

  it('no method changes anything that is not said to change data', async () => {
    const before = await everything();
    await callAll(methods.filter((name) => !changing.includes(name) && !relaying.includes(name)));
    expect(await everything()).toEqual(before);
  });
});

describe('in production', () => {
  beforeAll(() => open({ level: 'production' }));

  /** The first ends what writes, the second is for the sandbox alone, which is no production. */
  const unasked: readonly MethodName[] = ['runs.cancel', 'sandbox.burst'];

  it('every method that writes data is refused without the name of the environment, or with another one', async () => {
    const before = await everything();
    for (const name of changing.filter((each) => !unasked.includes(each)))
      for (const confirm of [null, 'Test']) {
        const outcome = await bench.console.dispatch(name, { ...(inputs[name] as object), confirm });
        expect(outcome, name).toMatchObject({ ok: false, error: { code: 'CONFIRM_ENVIRONMENT' } });
      }
    expect(await everything()).toEqual(before);
  });

  it('the same methods write, once it is named', async () => {
    const before = await everything();
    const input: InputOf<'runs.start'> = { ...inputs['runs.start'], confirm: 'test' };
    await bench.call('runs.start', input);
    await nothingUnderWay();
    const after = await everything();
    for (const where of ['operations', 'system', 'cache'] as const) expect(after[where]).not.toEqual(before[where]);
  });
});
