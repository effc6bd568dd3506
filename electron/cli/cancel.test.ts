import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../shared/engine/documents';
import type { EngineEvent } from '../../shared/engine/events';
import { openTerminalBench, operator } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';
import type { Call } from './testing/workspace';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'system', table: 'public.cities' },
};

describe('a run under way', () => {
  let bench: TerminalBench;

  /** Starts a run that waits for a lock on its target, as for an application that works there. */
  async function blockedRun(): Promise<{ call: Call; id: string }> {
    await bench.operations.query(`UPDATE public.cities SET population = population + 1`);
    await bench.system.query('BEGIN; LOCK TABLE public.cities IN EXCLUSIVE MODE');
    const call = bench.start(['run', '--all', '--yes', '--json']);
    let heard = '';
    call.child.stderr?.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await call.says('"status":"running"');
    await untilBlocked();
    const [line] = heard.split('\n');
    return { call, id: (JSON.parse(line ?? '') as EngineEvent & { run: string }).run };
  }

  async function untilBlocked(): Promise<void> {
    const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'public.cities'::regclass`;
    while ((await bench.system.query(waiting)).rowCount === 0) await pause(50);
  }

  const release = () => bench.system.query('ROLLBACK');

  beforeAll(async () => {
    bench = await openTerminalBench([cities]);
    const ddl = 'CREATE TABLE public.cities (id bigint PRIMARY KEY, name text NOT NULL, population integer)';
    await bench.operations.query(ddl);
    await bench.system.query(ddl);
    await bench.operations.query(
      `INSERT INTO public.cities SELECT i, 'city ' || i, i FROM generate_series(1, 100) AS i`,
    );
    expect((await bench.sync('init')).code).toBe(0);
    expect((await bench.sync('run', '--all', '--yes')).code).toBe(0);
  });
  afterEach(async () => {
    await release();
    expect(await bench.json('run', '--all', '--yes')).toMatchObject({ code: 0 });
    expect(await bench.json('verify')).toMatchObject({ code: 0 });
  });
  afterAll(() => bench.close());

  it('is cancelled by Ctrl-C: one document, exit code 130, the target as it was or as it will be', async () => {
    const { call } = await blockedRun();
    call.child.kill('SIGINT');
    await pause(500);
    await release();
    const { code, stdout } = await call.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout) as RunDocument).toMatchObject({
      ok: false,
      status: 'cancelled',
      error: { code: 'CANCELLED' },
    });
  });

  it('is stopped at once by a second Ctrl-C, also where nothing answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const system = { engine: 'postgres', url: `postgres://sync@127.0.0.1:${port}/d`, connect_timeout_s: 300 };
    await bench.write('silent.yaml', bench.environment({ databases: { operations: system, system } }));
    const call = bench.start(['-e', 'silent.yaml', 'run', '--all', '--yes']);
    await once(silent, 'connection');
    call.child.kill('SIGINT');
    await call.says('Once more stops at once');
    await pause(600);
    expect(call.child.exitCode).toBeNull();
    call.child.kill('SIGINT');
    expect(await call.ended).toMatchObject({ code: 130, signal: null, stdout: '' });
    silent.close();
  });

  it('is cancelled by SIGTERM as by Ctrl-C, and takes two of them at once for one', async () => {
    const { call } = await blockedRun();
    call.child.kill('SIGTERM');
    call.child.kill('SIGTERM');
    await pause(500);
    await release();
    expect(await call.ended).toMatchObject({ code: 130, signal: null });
  });

  it('holds its target: another run exits 4 and is told who holds it; status shows it; cancel ends it', async () => {
    const { call, id } = await blockedRun();
    const second = await bench.json('run', '--all', '--yes');
    expect(second.code).toBe(4);
    expect(second.document.error).toMatchObject({ code: 'LEASE_HELD' });
    expect(second.document.error?.message).toContain(operator);

    const status = await bench.sync('status');
    expect(status.stdout).toContain(`run ${id} since `);

    const cancel = await bench.report('cancel', id);
    expect(cancel).toEqual({ code: 0, document: { id, asked: true } });
    await pause(2500);
    await release();
    expect((await call.ended).code).toBe(130);
    expect(await bench.report('cancel', id)).toEqual({ code: 0, document: { id, asked: false } });
    expect((await bench.sync('cancel', '7')).code).toBe(2);
  });

  it('that was killed is shown as interrupted', async () => {
    const { call, id } = await blockedRun();
    call.child.kill('SIGKILL');
    await call.ended;
    await release();
    const { document } = await bench.report('runs', 'show', id);
    expect(document).toMatchObject({ run: { status: 'interrupted' } });
  });
});
