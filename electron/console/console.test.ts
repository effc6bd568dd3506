import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract/contract';
import type { InputOf, MethodName } from '../../shared/contract/contract';
import { openHere } from './engine/open-here';
import { tar } from './support/tar';
import { cities, openConsoleBench } from './testing/console-bench';
import type { ConsoleBench } from './testing/console-bench';
import { validInputs } from './testing/valid-inputs';

const everyJob = validInputs['queue.count'].filter;
const changing = (Object.keys(contract) as MethodName[]).filter((name) => contract[name].changes === 'data');

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await openConsoleBench();
});

afterAll(() => bench.close());

describe('a method that a page asks for', () => {
  it.each(['nothing.such', 'constructor', '__proto__', ''])(
    'is refused where the contract does not know it: %j',
    async (name) => {
      expect(await bench.console.dispatch(name, {})).toMatchObject({ ok: false, error: { code: 'METHOD_UNKNOWN' } });
    },
  );

  it('is refused with input of another shape, which is not repeated', async () => {
    for (const input of [undefined, null, [], 'canary', { id: 1 }, { id: 'x', more: 'canary' }]) {
      const outcome = await bench.console.dispatch('tasks.get', input);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
      expect(JSON.stringify(outcome)).not.toContain('canary');
    }
  });

  it('is refused where it needs an environment and none is open', async () => {
    for (const name of [...changing, 'environment.status' as const]) {
      const outcome = await bench.console.dispatch(name, validInputs[name]);
      expect(outcome, name).toMatchObject({ ok: false, error: { code: 'NO_SESSION' } });
    }
  });
});

describe('an open environment', () => {
  beforeAll(() => bench.console.open(bench.opening()));

  it('wants the name of production typed before anything starts', async () => {
    await bench.console.open(bench.opening({ level: 'production' }));
    for (const confirm of [null, 'Test']) {
      const request = { ...validInputs['runs.start'], confirm };
      expect(await bench.console.dispatch('runs.start', request)).toMatchObject({
        ok: false,
        error: { code: 'CONFIRM_ENVIRONMENT' },
      });
    }
    expect(await bench.call('tasks.list', {})).toEqual([]);
    await bench.console.open(bench.opening());
  });

  it('tells of a run as a task, and keeps it when it has ended', async () => {
    await bench.call('environment.init', { take_over: false, confirm: null });
    const { id } = await bench.call('runs.start', validInputs['runs.start']);
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state === 'done');
    const task = await bench.call('tasks.get', { id });
    expect(task.document).toMatchObject({ ok: true, id: task.run, datasets: [{ name: 'cities', inserted: 100 }] });
    expect((await bench.call('runs.detail', { id: task.run! })).run.application).toBe('console');
  });

  it('is not closed while a run is under way', async () => {
    await bench.operations.query('BEGIN; LOCK TABLE cities');
    try {
      const { id } = await bench.call('verifications.start', { datasets: ['cities'] });
      await expect(bench.call('session.close', {})).rejects.toThrow('RUNS_ACTIVE');
      await bench.call('tasks.stop', { id });
      await bench.operations.query('ROLLBACK');
      await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    } finally {
      await bench.operations.query('ROLLBACK');
    }
  });

  it('counts a few previews at once, and says so where one is too many', async () => {
    const after = bench.events.length;
    await bench.operations.query('BEGIN; LOCK TABLE cities');
    try {
      const begin = () => bench.call('plans.start', { datasets: ['cities'], mode: 'full' });
      const under = [await begin(), await begin(), await begin()];
      under.push(await bench.call('verifications.start', { datasets: ['cities'] }));
      await expect(begin()).rejects.toThrow('TOO_MANY_AT_ONCE: 4 previews and verifications are under way already');
      await expect(bench.call('verifications.start', { datasets: ['cities'] })).rejects.toThrow('TOO_MANY_AT_ONCE');
      for (const { id } of under) await bench.call('tasks.stop', { id });
      const ended = (): number =>
        bench.events.slice(after).filter((event) => event.type === 'task' && event.task.state === 'failed').length;
      await expect.poll(ended, { timeout: 10_000 }).toBe(4);
      const { id } = await begin();
      await bench.call('tasks.stop', { id });
      await expect.poll(ended, { timeout: 10_000 }).toBe(5);
    } finally {
      await bench.operations.query('ROLLBACK');
    }
  });

  it('is not replaced where work began while the other one was being opened', async () => {
    let held: Promise<void> = Promise.resolve();
    const slow = await openConsoleBench({
      facilities: {
        engineOpener: () => async (request) => {
          await held;
          return openHere(request);
        },
      },
    });
    try {
      await slow.console.open(slow.opening());
      await slow.call('environment.init', { take_over: false, confirm: null });
      let release: () => void = () => undefined;
      held = new Promise((resolve) => (release = resolve));
      const opening = slow.console.open(slow.opening());
      await slow.operations.query('BEGIN; LOCK TABLE cities');
      const { id } = await slow.call('verifications.start', { datasets: ['cities'] });
      release();
      await expect(opening).rejects.toMatchObject({ code: 'RUNS_ACTIVE' });
      await slow.operations.query('ROLLBACK');
      await slow.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
      expect((await slow.call('tasks.get', { id })).document).not.toBeNull();
    } finally {
      await slow.close();
    }
  });

  it('installs what is chosen, though the definition of another dataset is wrong', async () => {
    const nowhere = { ...cities, name: 'nowhere', source: { database: 'operations', table: 'nowhere' } };
    const mixed = await openConsoleBench({ definitions: JSON.stringify([cities, nowhere]) });
    try {
      await mixed.console.open(mixed.opening());
      const init = (more: object) =>
        mixed.console.dispatch('environment.init', { take_over: false, confirm: null, ...more });
      expect(await init({})).toMatchObject({ ok: false, error: { code: 'TABLE_MISSING' } });
      expect(await init({ datasets: ['cities'] })).toMatchObject({ ok: true, value: { datasets: ['cities'] } });
    } finally {
      await mixed.close();
    }
  });

  it('exports all that matches, page by page', async () => {
    await bench.operations.query('UPDATE cities SET name = \'=1+1, "x"\' WHERE id <= 3');
    const { id } = await bench.call('plans.start', { datasets: ['cities'], mode: 'incremental' });
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    const csv = await bench.call('exports.write', { what: 'queue', format: 'csv', filter: everyJob });
    const lines = (await readFile(csv.file!, 'utf8')).trimEnd().split('\r\n');
    expect(csv.rows).toBe(lines.length - 1);
    expect(lines[0]).toContain('id,dataset,job_type');
    expect(lines.length).toBeGreaterThan(3);
    const json = await bench.call('exports.write', {
      what: 'runs',
      format: 'json',
      filter: { dataset: null, status: [], kind: [], mode: null, operator: null, since: null, until: null },
    });
    expect(JSON.parse(await readFile(json.file!, 'utf8'))).toMatchObject({ length: json.rows });
    expect(json.rows).toBeGreaterThan(0);
  });

  it('exports a run dataset by dataset, and its log', async () => {
    const all = {
      dataset: null,
      status: [],
      kind: ['run' as const],
      mode: null,
      operator: null,
      since: null,
      until: null,
    };
    const { runs } = await bench.call('runs.list', { filter: all, before: null, after: null, limit: 1 });
    const run = runs[0]?.id;
    const detail = await bench.call('runs.detail', { id: run! });
    const json = await bench.call('exports.write', { what: 'run', format: 'json', run: run! });
    const [cities, ...others] = JSON.parse(await readFile(json.file!, 'utf8')) as Record<string, string>[];
    expect(others).toEqual([]);
    expect(cities).toMatchObject({
      run,
      kind: 'run',
      run_status: runs[0]?.status,
      dataset: 'cities',
      mode: detail.datasets[0]?.mode,
    });
    expect(cities).toMatchObject({
      planned: String(detail.run.counts.planned),
      inserted: String(detail.run.counts.inserted),
    });
    expect(cities?.['apply_ms']).toBe(String(Math.round(detail.datasets[0]!.phases_ms.apply!)));
    for (const name of ['duration_ms', 'connect_ms', 'apply_ms', 'verify_ms']) expect(cities?.[name]).toMatch(/^\d+$/u);
    const csv = await bench.call('exports.write', { what: 'run', format: 'csv', run: run! });
    expect(await readFile(csv.file!, 'utf8')).toMatch(/^\uFEFFrun,kind,run_status,.*planned,inserted,.*apply_ms/u);

    const log = await bench.call('runs.log', { run: run!, after: null, level: 'debug', limit: 1000 });
    const lines = await bench.call('exports.write', { what: 'log', format: 'json', run: run! });
    expect(log.entries.length).toBeGreaterThan(0);
    expect(JSON.parse(await readFile(lines.file!, 'utf8'))).toEqual(log.entries);
  });
});

describe('a secret', () => {
  it('is in no file of the console, no answer and no event', async () => {
    const canary = 'canary-7f3Q"%\\';
    const connection = (host: string) => ({
      engine: 'postgres' as const,
      host,
      port: 5432,
      database: 'x',
      user: 'x',
      secret: { kind: 'stored' as const },
      tls: null,
      tunnel: false,
      identity: null,
      allow_eviction: false,
      connect_timeout_s: 1,
    });
    const draft: InputOf<'profiles.create'>['draft'] = {
      name: 'mine',
      level: 'staging',
      color: 'blue',
      read_only: false,
      connections: { system: connection('127.0.0.1') },
      system: 'system',
      tunnel: null,
      datasets: bench.datasets,
    };
    const said: unknown[] = [];
    const say = async (method: MethodName, input: unknown): Promise<{ profile: { id: string } }> => {
      const outcome = await bench.console.dispatch(method, input);
      said.push(outcome);
      return (outcome.ok ? outcome.value : null) as { profile: { id: string } };
    };
    const { profile } = await say('profiles.create', { draft, secrets: { system: canary }, insist: false });
    await say('profiles.test', { id: profile.id, draft, secrets: {} });
    await say('profiles.create', { draft, secrets: { system: canary }, insist: false });
    await say('profiles.list', {});
    const exported = (await bench.call('profiles.export', { ids: [profile.id] })).file!;
    said.push(await readFile(exported, 'utf8'));
    await rm(dirname(exported), { recursive: true });
    await say('profiles.duplicate', { id: profile.id });
    await say('session.open', { profile: profile.id, secrets: { system: canary } });
    await say('environment.status', {});
    await say('settings.setWebhookUrl', { url: `https://hooks.example.com/${encodeURIComponent(canary)}` });
    await say('settings.get', {});
    const { file } = await bench.call('app.supportBundle', {});
    const bundle = gunzipSync(await readFile(file!)).toString('utf8');
    expect(bundle).toContain('astro-sync-support/definitions/1-datasets.yaml');
    expect(bundle).toMatch(/astro-sync-support\/log\.ndjson[^]*"level":30,"time":/u);
    await rm(dirname(file!), { recursive: true });
    const names = await readdir(bench.dataFolder, { recursive: true, withFileTypes: true });
    const files = await Promise.all(
      names.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'utf8')),
    );
    expect(names.map(({ name }) => name)).toContain('web.log');
    const all = JSON.stringify([said, bench.events, files, bundle]);
    expect(said.some((outcome) => JSON.stringify(outcome).includes('mine'))).toBe(true);
    expect(all).not.toContain('canary-7f3Q');
  });
});

describe('what support gets', () => {
  it('holds neither rows of anybody nor the addresses of databases', async () => {
    await bench.console.open(bench.opening());
    await bench.operations.query("UPDATE cities SET name = 'row-canary'");
    const { id } = await bench.call('plans.start', { datasets: ['cities'], mode: 'full' });
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    expect(JSON.stringify(await bench.call('tasks.get', { id }))).toContain('row-canary');
    const { file } = await bench.call('app.supportBundle', {});
    const bundle = gunzipSync(await readFile(file!)).toString('utf8');
    await rm(dirname(file!), { recursive: true });
    const { host, pathname } = new URL(bench.databases.system.url);
    expect(bundle).toContain('‹address');
    for (const part of ['row-canary', host, `${host}${pathname}`]) expect(bundle).not.toContain(part);
  });
});

describe('settings', () => {
  it.each([
    { alerts: { quiet_hours: { from: '99:99', to: '07:00' } } },
    { alerts: { quiet_hours: { from: '22:00', to: 'banana' } } },
  ])('that mean nothing are refused: %j', async (patch) => {
    expect(await bench.console.dispatch('settings.set', patch)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
  });

  it('take no address that nothing can be posted to', async () => {
    expect(
      await bench.console.dispatch('settings.setWebhookUrl', { url: 'https://me:secret@hooks.example.com/x' }),
    ).toMatchObject({ error: { code: 'SETTING_INVALID' } });
  });
});

describe('the archive for support', () => {
  it('is one that tar reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'astro-sync-tar-'));
    try {
      const files = [
        { name: 'a/empty.txt', content: '' },
        { name: 'a/Ávila.json', content: 'x'.repeat(1025) },
      ];
      await writeFile(join(folder, 'x.tar'), tar(files));
      const { status, stdout } = spawnSync('tar', ['-xvf', 'x.tar'], { cwd: folder, encoding: 'utf8' });
      expect(status, stdout).toBe(0);
      expect(await readFile(join(folder, 'a', 'Ávila.json'), 'utf8')).toBe('x'.repeat(1025));
      expect(await readFile(join(folder, 'a', 'empty.txt'), 'utf8')).toBe('');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the sandbox', () => {
  it('has servers and data of its own, changes on request, and ends with the console', async () => {
    await expect(bench.call('sandbox.burst', {})).rejects.toThrow(/SANDBOX_UNAVAILABLE|READ_ONLY|NO_SESSION/u);
    const session = await bench.call('sandbox.open', {});
    expect(session).toMatchObject({ environment: { name: 'sandbox', sandbox: true, level: 'development' } });
    expect(session.datasets).toEqual(['agencies', 'bookings-in', 'bookings', 'launches', 'travelers']);
    const status = await bench.call('environment.status', {});
    expect(status.datasets.every(({ installed, error }) => installed && error === null)).toBe(true);
    expect((await bench.call('sandbox.burst', {})).changes).toBeGreaterThan(10);
    expect(session.definitions.folder).not.toContain('resources');
  });
});
