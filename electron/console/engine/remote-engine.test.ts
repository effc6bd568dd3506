import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../shared/engine/events';
import type { SyncError } from '../../engine/errors';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import type { EngineSession, OpenRequest } from './engine-session';
import type { FromEngine } from './messages';
import { remoteEngine } from './remote-engine';
import type { EnginePort } from './remote-engine';
import { serveEngine } from './serve-engine';
import { inWorker } from './start-worker';

const nothing = { onWarning: () => undefined, onCrash: () => undefined };

let bench: ConsoleBench;
let folder: string;
let request: OpenRequest;

beforeAll(async () => {
  bench = await openConsoleBench();
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-worker-'));
  request = { ...bench.opening().request, caller: bench.facilities.caller };
});

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

/** Both ends of the protocol, with a real port between them. */
function pair(): EnginePort {
  const { port1, port2 } = new MessageChannel();
  serveEngine(port2);
  return {
    post: (message) => {
      port1.postMessage(message);
    },
    onMessage: (listener) => {
      port1.on('message', (message: FromEngine) => {
        listener(message);
      });
    },
    onEnd: (listener) => {
      port1.on('close', () => {
        listener('closed');
      });
    },
    end: () => {
      port1.close();
      return Promise.resolve();
    },
  };
}

describe('an engine behind a port', () => {
  let session: EngineSession;

  beforeAll(async () => {
    session = await remoteEngine(pair(), request, nothing);
  });

  afterAll(() => session.close());

  it('answers as one in this thread does, with events that belong to the call', async () => {
    expect(session.opened).toMatchObject({ databases: [{ name: 'operations' }, { name: 'system', system: true }] });
    const events: EngineEvent[] = [];
    const other: EngineEvent[] = [];
    await session.engine((event) => other.push(event)).init({ datasets: [] });
    const document = await session.engine((event) => events.push(event)).run({ datasets: [], mode: 'auto' });
    expect(document).toMatchObject({ ok: true, datasets: [{ inserted: 100 }] });
    expect(new Set(events.map((event) => event.run))).toEqual(new Set([document.id]));
    expect(other.filter((event) => event.run !== null)).toEqual([]);
  });

  it('writes down with its next command how a run ended that lost SystemDB, though each command has an engine of its own', async () => {
    await bench.operations.query(`UPDATE cities SET name = name || '!'`);
    await bench.system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
    const admin = await bench.databases.system.client();
    const ours = `FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'astro-sync%'`;
    const run = session.engine(() => undefined).run({ datasets: [], mode: 'auto' });
    await expect
      .poll(async () => (await admin.query(`SELECT ${ours} AND wait_event_type = 'Lock'`)).rowCount)
      .toBeGreaterThan(0);
    await admin.query(`SELECT pg_terminate_backend(pid) ${ours}`);
    await bench.system.query('ROLLBACK');
    const { id, status } = await run;
    expect(status).toBe('failed');
    const engine = session.engine(() => undefined);
    await engine.status({ datasets: [] });
    expect((await engine.runs({ limit: 1 }))[0]).toMatchObject({ id, status: 'failed' });
  });

  it('gives errors with code, hint and details', async () => {
    const engine = session.engine(() => undefined);
    await expect(engine.runDetail('none')).rejects.toMatchObject({
      name: 'SyncError',
      code: 'RUN_UNKNOWN',
      hint: expect.any(String),
      details: { run: 'none' },
    });
    await expect(
      remoteEngine(pair(), { ...request, definition: { ...request.definition, system: 'x' } }, nothing),
    ).rejects.toMatchObject({ code: 'ENVIRONMENT_INVALID' });
  });

  it('hears that its caller gives up', async () => {
    const controller = new AbortController();
    await bench.operations.query("UPDATE cities SET name = 'z' WHERE id = 1");
    await bench.system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
    const running = session
      .engine((event) => {
        if (event.type === 'status' && event.status === 'running') controller.abort();
      })
      .run({ datasets: [], mode: 'auto', signal: controller.signal });
    await new Promise((resolve) => {
      controller.signal.addEventListener('abort', resolve);
    });
    await bench.system.query('ROLLBACK');
    expect(await running).toMatchObject({ status: 'cancelled' });
  });
});

describe('a thread that crashes', () => {
  it('fails what is under way with INTERNAL, and the console lives on', async () => {
    const file = join(folder, 'worker.mjs');
    await writeFile(
      file,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ kind, id }) => {
         if (kind === 'open') parentPort.postMessage({ kind: 'value', id, value: { databases: [], definitions: { datasets: [], errors: [] } } });
         else throw new Error('out of memory');
       });`,
    );
    const crashes: SyncError[] = [];
    const session = await inWorker(file, { onWarning: () => undefined, onCrash: (error) => crashes.push(error) })(
      request,
    );
    const engine = session.engine(() => undefined);
    await expect(engine.status({ datasets: [] })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The engine stopped unexpectedly: out of memory',
      retryable: true,
    });
    expect(crashes).toHaveLength(1);
    await expect(engine.status({ datasets: [] })).rejects.toMatchObject({ code: 'INTERNAL' });
    await session.close();
    expect(crashes).toHaveLength(1);
  });

  it('is replaced when the environment is used again', async () => {
    const told: { onCrash: (error: SyncError) => void }[] = [];
    let opened = 0;
    const flaky = await openConsoleBench({
      facilities: {
        engineOpener: (given) => {
          told.push(given);
          return async (wanted) => {
            opened += 1;
            return remoteEngine(pair(), wanted, given);
          };
        },
      },
    });
    try {
      await flaky.console.open(flaky.opening());
      expect(opened).toBe(1);
      const { SyncError: Crash } = await import('../../engine/errors');
      told[0]?.onCrash(new Crash('INTERNAL', 'The engine stopped unexpectedly: test'));
      expect(await flaky.call('environment.status', {})).toMatchObject({ datasets: [{ name: 'cities' }] });
      expect(opened).toBe(2);
      // Lines of a log are told of together, a little later.
      await expect.poll(() => flaky.events).toContainEqual(expect.objectContaining({ type: 'log', level: 'error' }));
    } finally {
      await flaky.close();
    }
  });
});
