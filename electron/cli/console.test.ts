import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleEvent } from '../../shared/contract/events';
import { everyJob } from '../../shared/contract/every-job';
import type { NumberedEvent } from '../../shared/contract/wire';
import type { ProfileDraft } from '../../shared/contract/profile';
import { plainRun } from '../../shared/contract/plain-run';
import { connectPage, openLink } from './testing/console-client';
import type { ConsoleClient } from './testing/console-client';
import { openTerminalBench } from './testing/terminal-bench';
import type { TerminalBench } from './testing/terminal-bench';
import type { Call } from './testing/workspace';

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'cities' },
  target: { database: 'system', table: 'cities' },
};

let bench: TerminalBench;
let call: Call;
let page: ConsoleClient;
let data: string;

async function printed(started: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    started.child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    void started.ended.then(({ stderr }) => {
      reject(new Error(stderr));
    });
  });
}

beforeAll(async () => {
  bench = await openTerminalBench([cities]);
  data = await mkdtemp(join(tmpdir(), 'astro-sync-console-'));
  const table = 'CREATE TABLE cities (id bigint PRIMARY KEY, name text NOT NULL)';
  await bench.operations.query(`${table}; INSERT INTO cities SELECT i, 'city ' || i FROM generate_series(1, 1000) i`);
  await bench.system.query(table);
  call = bench.start(['console', '-e', 'astro-sync.yaml', '-d', 'datasets', '--no-open'], {
    env: { ASTRO_SYNC_HOME: data },
  });
  page = await connectPage(await openLink(await printed(call)));
});

afterAll(async () => {
  page.close();
  await bench.close();
  await rm(data, { recursive: true, force: true });
});

describe('astro-sync console', () => {
  it('opens the environment of its file', async () => {
    const { session } = await page.call('session.current', {});
    expect(session).toMatchObject({
      profile: null,
      environment: { name: 'test', level: 'development', read_only: false, sandbox: false },
      operator: 'olga',
      datasets: ['cities'],
      definitions: { errors: [] },
    });
    expect(JSON.stringify(session)).not.toContain(new URL(bench.databases.system.url).password);
    expect(await page.call('datasets.list', {})).toMatchObject([{ name: 'cities', job_type: 'cities_sync' }]);
  });

  it('installs, plans, runs and verifies, and tells of it', async () => {
    await page.call('environment.init', { take_over: false, confirm: null });
    const plan = await page.call('plans.start', { datasets: [], mode: 'auto' });
    expect(plan).toMatchObject({ kind: 'plan', state: 'working', datasets: ['cities'] });
    const planned = await page.until(
      (event) => event.type === 'task' && event.task.id === plan.id && event.task.state !== 'working',
    );
    expect(planned).toMatchObject({ task: { state: 'done', document: { datasets: [{ inserted: 1000 }] } } });

    const started = await page.call('runs.start', { ...plainRun, datasets: ['cities'] });
    await page.until(
      (event) => event.type === 'task' && event.task.id === started.id && event.task.state !== 'working',
    );
    const task = await page.call('tasks.get', { id: started.id });
    expect(task).toMatchObject({ state: 'done', document: { ok: true, status: 'succeeded' } });
    expect(page.events.map(({ event }) => event.type)).toEqual(expect.arrayContaining(['progress', 'status', 'task']));

    const { runs } = await page.call('runs.list', {
      filter: { dataset: null, status: [], kind: [], mode: null, operator: null, since: null, until: null },
      before: null,
      after: null,
      limit: 10,
    });
    expect(runs).toMatchObject([{ id: task.run, status: 'succeeded', application: 'web console', operator: 'olga' }]);
    expect(await page.call('runs.detail', { id: task.run! })).toMatchObject({
      datasets: [{ name: 'cities', verified: true }],
    });
    expect(await page.call('environment.status', {})).toMatchObject({
      datasets: [{ name: 'cities', baseline: 'current' }],
    });
  });

  it('lists the queue', async () => {
    await bench.operations.query("UPDATE cities SET name = 'Ávila' WHERE id = 1");
    const plan = await page.call('plans.start', { datasets: [], mode: 'incremental' });
    await page.until((event) => event.type === 'task' && event.task.id === plan.id && event.task.state !== 'working');
    const filter = { ...everyJob, dataset: 'cities', status: ['pending' as const] };
    const { jobs, more } = await page.call('queue.list', { filter, before: null, after: null, limit: 10 });
    expect(jobs).toMatchObject([{ entity_key: { id: '1' }, data: { operation: 'update' } }]);
    expect(more).toBe(false);
  });

  it('writes a saved environment down as a file that the terminal reads', async () => {
    const connection = ({ url }: { readonly url: string }): ProfileDraft['connections'][string] => ({
      engine: 'postgres',
      host: new URL(url).hostname,
      port: Number(new URL(url).port),
      database: new URL(url).pathname.slice(1),
      user: new URL(url).username,
      secret: { kind: 'env', name: 'TEST_PASSWORD' },
      tls: null,
      tunnel: false,
      identity: null,
      allow_eviction: false,
      connect_timeout_s: 5,
    });
    const { operations, system } = bench.databases;
    const draft: ProfileDraft = {
      name: 'saved',
      level: 'staging',
      color: 'blue',
      read_only: false,
      connections: { operations: connection(operations), system: connection(system) },
      system: 'system',
      tunnel: null,
      datasets: join(bench.folder, 'datasets'),
    };
    const { profile } = await page.call('profiles.create', { draft, secrets: {}, insist: false });
    const { file, download, command, ...left } = await page.call('profiles.toFile', { id: profile.id });
    expect({ file, ...left }).toEqual({ file: 'saved.yaml', asks: [], tunnelled: [] });
    const answer = await fetch(`${page.origin}${download ?? ''}`, { headers: { cookie: page.cookie } });
    await bench.write('saved.yaml', await answer.text());
    const [, ...words] = command.split(' ');
    const { code, stdout } = await bench.sync(...words);
    expect([code, stdout]).toEqual([0, expect.stringContaining('✓ system')]);
    await page.call('profiles.remove', { id: profile.id });
  });

  it('shows two browsers the same run, and misses nothing where one was cut off', async () => {
    await bench.operations.query("UPDATE cities SET name = name || '!' WHERE id <= 500");
    const other = await connectPage(page);
    const { system } = bench;
    // The run stands still here until the connection was lost and found again.
    await system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
    const started = await page.call('runs.start', plainRun);
    const ended = (event: ConsoleEvent): boolean =>
      event.type === 'task' && event.task.id === started.id && event.task.state !== 'working';
    await other.until((event) => event.type === 'task' && event.task.id === started.id);
    other.cut();
    await system.query('ROLLBACK');
    await page.until(ended);
    await other.reconnect();
    await other.until(ended);
    expect(other.complete()).toBe(true);
    const numbers = other.events.map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_seq, index) => (numbers[0] ?? 0) + index));
    const since = (events: readonly NumberedEvent[]): NumberedEvent[] =>
      events.filter(({ seq }) => seq >= (numbers[0] ?? 0));
    expect(other.events).toEqual(since(page.events));
    expect(await other.call('tasks.get', { id: started.id })).toEqual(await page.call('tasks.get', { id: started.id }));
    other.close();
  });

  it('cancels what is under way at Ctrl-C, and leaves a consistent target', async () => {
    const env = { ASTRO_SYNC_HOME: data };
    const second = bench.start(['console', '--no-open'], { env });
    const busy = await connectPage(await openLink(await printed(second)));
    await bench.system.query('BEGIN; LOCK TABLE cities IN EXCLUSIVE MODE');
    await bench.operations.query("UPDATE cities SET name = 'x' WHERE id = 3");
    const { id } = await busy.call('runs.start', plainRun);
    await busy.until((event) => event.type === 'status' && event.status === 'running');
    second.child.kill('SIGINT');
    await bench.system.query('ROLLBACK');
    expect(await second.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Cancelling') });
    const { runs } = await page.call('runs.list', {
      filter: { dataset: null, status: ['cancelled'], kind: [], mode: null, operator: null, since: null, until: null },
      before: null,
      after: null,
      limit: 1,
    });
    expect(runs).toHaveLength(1);
    expect(id).not.toBe('');
  });

  it('loses no change where two consoles keep to the same folder', async () => {
    const second = bench.start(['console', '--no-open'], { env: { ASTRO_SYNC_HOME: data } });
    const other = await connectPage(await openLink(await printed(second)));
    const draft = (name: string) => ({
      name,
      level: 'development' as const,
      color: 'slate' as const,
      read_only: false,
      connections: {
        system: {
          engine: 'postgres' as const,
          host: 'db',
          port: 5432,
          database: 'system',
          user: 'sync',
          secret: { kind: 'env' as const, name: 'ASTRO_SYNC_PASSWORD' },
          tls: null,
          tunnel: false,
          allow_eviction: false,
          connect_timeout_s: 5,
          identity: null,
        },
      },
      system: 'system',
      tunnel: null,
      datasets: null,
    });
    const create = (client: ConsoleClient, name: string) =>
      client.call('profiles.create', { draft: draft(name), secrets: {}, insist: false });
    await Promise.all(
      Array.from({ length: 20 }, (_, number) => [create(page, `a-${number}`), create(other, `b-${number}`)]).flat(),
    );
    expect((await other.call('profiles.list', {})).profiles).toHaveLength(40);
    other.close();
    second.child.kill('SIGINT');
    await second.ended;
  });

  it('refuses wrong usage in words', async () => {
    expect(await bench.sync('console', '-d', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nowhere: there is no such file/u),
    });
    expect(await bench.sync('console', '--port', 'x')).toMatchObject({ code: 2 });
    expect(await bench.sync('console', '--json')).toMatchObject({ code: 2 });
    expect(await bench.sync('console', '--passwords', 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nowhere: there is no such folder/u),
    });
    const port = new URL(page.origin).port;
    const taken = await bench.sync('console', '-e', 'astro-sync.yaml', '--no-open', '--port', port);
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot listen/u) });
  });

  it('ends cleanly at Ctrl-C', async () => {
    call.child.kill('SIGINT');
    expect(await call.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+\n$/u),
      stderr: '\nStopped.\n',
    });
  });
});
