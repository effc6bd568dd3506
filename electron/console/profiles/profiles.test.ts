import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Connection, ProfileDraft } from '../../../shared/contract/profile';
import { createConsole } from '../console';
import { confStores } from '../stores/open-conf';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { knownHostLine, newKey, startSshHost } from '../testing/ssh-host';
import type { SshHost } from '../testing/ssh-host';

let bench: ConsoleBench;
let host: SshHost;

beforeAll(async () => {
  bench = await openConsoleBench();
  const user = newKey();
  host = await startSshHost(user);
  await writeFile(join(bench.dataFolder, 'id'), user.private, { mode: 0o600 });
  await writeFile(join(bench.dataFolder, 'known_hosts'), knownHostLine(host.port, host.key));
});

afterAll(async () => {
  await host.stop();
  await bench.close();
});

function connection(name: 'operations' | 'system', more: Partial<Connection> = {}): Connection {
  const { hostname, port, username, pathname } = new URL(bench.databases[name].url);
  return {
    engine: 'postgres',
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    user: username,
    secret: { kind: 'stored' },
    tls: null,
    tunnel: false,
    identity: null,
    allow_eviction: false,
    connect_timeout_s: 5,
    ...more,
  };
}

function draft(more: Partial<ProfileDraft> = {}): ProfileDraft {
  return {
    name: 'mine',
    level: 'staging',
    color: 'blue',
    read_only: false,
    connections: { operations: connection('operations'), system: connection('system') },
    system: 'system',
    tunnel: null,
    datasets: bench.datasets,
    ...more,
  };
}

function password(): string {
  return new URL(bench.databases.system.url).password;
}

function secrets(): Record<string, string> {
  return { operations: password(), system: password() };
}

function tunnelled(): ProfileDraft {
  const through = { tunnel: true };
  return draft({
    connections: { operations: connection('operations', through), system: connection('system', through) },
    tunnel: {
      host: '127.0.0.1',
      port: host.port,
      user: 'deploy',
      auth: { kind: 'key', path: join(bench.dataFolder, 'id') },
      known_hosts: join(bench.dataFolder, 'known_hosts'),
      keep_alive_s: 10,
    },
  });
}

describe('saved environments', () => {
  it('are made, changed, duplicated, put in order, exported, imported and removed', async () => {
    const { profile } = await bench.call('profiles.create', { draft: draft(), secrets: secrets(), insist: false });
    await expect(
      bench.call('profiles.create', { draft: draft({ name: 'MINE' }), secrets: {}, insist: false }),
    ).rejects.toThrow('PROFILE_EXISTS');
    const copy = await bench.call('profiles.duplicate', { id: profile.id });
    expect(copy).toMatchObject({ profile: { name: 'mine-2' }, secrets: { operations: 'session', system: 'session' } });
    await bench.call('profiles.reorder', { ids: [copy.profile.id, copy.profile.id] });
    const changed = { was: null, draft: draft({ name: 'yours' }), secrets: { system: null }, insist: false };
    expect(await bench.call('profiles.update', { id: profile.id, ...changed })).toMatchObject({
      secrets: { operations: 'session', system: 'missing' },
    });
    const { file } = await bench.call('profiles.export', { ids: [profile.id, copy.profile.id] });
    const text = await readFile(file!, 'utf8');
    await rm(dirname(file!), { recursive: true });
    expect(text).not.toContain(password());
    expect(await bench.call('profiles.import', { text, trust: false })).toMatchObject({
      renamed: ['yours-2', 'mine-2-2'],
    });
    const { profiles } = await bench.call('profiles.list', {});
    expect(profiles.map((entry) => entry.profile.name)).toEqual(['mine-2', 'yours', 'yours-2', 'mine-2-2']);
    expect(profiles[2]?.secrets).toEqual({ operations: 'missing', system: 'missing' });
    for (const entry of profiles) await bench.call('profiles.remove', { id: entry.profile.id });
    expect((await bench.call('profiles.list', {})).profiles).toEqual([]);
  });

  it('that come from elsewhere send no file and no variable of this computer anywhere, unless somebody says so', async () => {
    const foreign = draft({
      name: 'foreign',
      connections: {
        operations: connection('operations', { host: 'db.example', secret: { kind: 'file', path: '/etc/shadow' } }),
        system: connection('system', { secret: { kind: 'env', name: 'AWS_SECRET_ACCESS_KEY' } }),
      },
    });
    const text = JSON.stringify({ kind: 'astro-sync-profiles', version: 1, profiles: [foreign] });
    const careful = await bench.call('profiles.import', { text, trust: false });
    expect(Object.values(careful.added[0]?.profile.connections ?? {}).map(({ secret }) => secret)).toEqual([
      { kind: 'stored' },
      { kind: 'stored' },
    ]);
    expect(careful.asked).toEqual([
      { environment: 'foreign', database: 'operations', host: 'db.example', from: 'file /etc/shadow' },
      { environment: 'foreign', database: 'system', host: '127.0.0.1', from: 'variable AWS_SECRET_ACCESS_KEY' },
    ]);
    const trusted = await bench.call('profiles.import', { text, trust: true });
    expect(trusted).toMatchObject({ asked: [], renamed: ['foreign-2'] });
    expect(trusted.added[0]?.profile.connections).toEqual(foreign.connections);
    for (const { profile } of [...careful.added, ...trusted.added])
      await bench.call('profiles.remove', { id: profile.id });
  });

  it('hold at once where they are changed while they are open', async () => {
    const { profile } = await bench.call('profiles.create', { draft: draft(), secrets: {}, insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: secrets() });
    const save = (more: Partial<ProfileDraft>) =>
      bench.call('profiles.update', { id: profile.id, was: null, draft: draft(more), secrets: {}, insist: false });
    const environment = async () => (await bench.call('session.current', {})).session?.environment ?? null;

    await save({ level: 'production', color: 'red' });
    expect(await environment()).toMatchObject({ name: 'mine', level: 'production', color: 'red' });
    await save({ read_only: true });
    expect(await environment()).toMatchObject({ level: 'staging', read_only: true });

    // The password that was typed in for one server is not sent to another one.
    await save({
      connections: { operations: connection('operations', { port: 1 }), system: connection('system') },
    });
    expect(await environment()).toBeNull();
    await bench.until((event) => event.type === 'log' && event.message.includes('was closed'));
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('hold as well where they are changed while they are being opened', async () => {
    const { profile } = await bench.call('profiles.create', { draft: draft(), secrets: {}, insist: false });
    const opening = bench.call('session.open', { profile: profile.id, secrets: secrets() });
    await bench.call('profiles.update', {
      id: profile.id,
      was: null,
      draft: draft({ read_only: true, level: 'production' }),
      secrets: {},
      insist: false,
    });
    expect(await opening).toMatchObject({ environment: { read_only: true, level: 'production' } });
    expect((await bench.call('session.current', {})).session?.environment).toMatchObject({ read_only: true });
    await bench.call('session.close', {});
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('are not saved over what somebody else saved meanwhile, unless that is what is wanted', async () => {
    const { profile } = await bench.call('profiles.create', { draft: draft(), secrets: {}, insist: false });
    const save = (was: ProfileDraft | null, more: Partial<ProfileDraft>) =>
      bench.console.dispatch('profiles.update', {
        id: profile.id,
        was,
        draft: draft(more),
        secrets: {},
        insist: false,
      });
    expect(await save(draft(), { read_only: true })).toMatchObject({ ok: true });
    expect(await save(draft(), { level: 'production' })).toMatchObject({
      ok: false,
      error: { code: 'PROFILE_CHANGED' },
    });
    const stored = async () => (await bench.call('profiles.list', {})).profiles.at(-1)?.profile;
    expect(await stored()).toMatchObject({ read_only: true, level: 'staging' });
    expect(await save(null, { level: 'production' })).toMatchObject({ ok: true });
    expect(await stored()).toMatchObject({ read_only: false, level: 'production' });
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('change nothing any more where another console made them read-only or removed them; closing stays possible', async () => {
    const other = createConsole({ ...bench.facilities, openStore: confStores(bench.dataFolder) });
    const { profile } = await bench.call('profiles.create', { draft: draft(), secrets: {}, insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: secrets() });
    const init = () => bench.console.dispatch('environment.init', { take_over: false, confirm: null });
    await other.dispatch('profiles.update', {
      id: profile.id,
      was: draft(),
      draft: draft({ color: 'red' }),
      secrets: {},
      insist: false,
    });
    expect(await init()).not.toMatchObject({ error: { code: 'PROFILE_CHANGED' } });
    await other.dispatch('profiles.update', {
      id: profile.id,
      was: null,
      draft: draft({ read_only: true }),
      secrets: {},
      insist: false,
    });
    expect(await init()).toMatchObject({ ok: false, error: { code: 'PROFILE_CHANGED' } });
    expect(await bench.console.dispatch('runs.cancel', { id: 'nothing' })).not.toMatchObject({
      error: { code: 'PROFILE_CHANGED' },
    });
    await other.dispatch('profiles.remove', { id: profile.id });
    expect(await init()).toMatchObject({ ok: false, error: { code: 'PROFILE_CHANGED' } });
    await bench.call('session.close', {});
    await other.close();
  });

  it('are refused where their parts do not fit', async () => {
    const refused = async (more: Partial<ProfileDraft>): Promise<unknown> =>
      bench.console.dispatch('profiles.create', { draft: draft(more), secrets: {}, insist: false });
    for (const more of [
      { system: 'nowhere' },
      { connections: {} },
      { connections: { system: connection('system', { engine: 'redis' }) } },
      { connections: { system: connection('system', { tunnel: true }) } },
    ])
      expect(await refused(more)).toMatchObject({ ok: false, error: { code: 'PROFILE_INVALID' } });
  });

  it('are opened with the secrets that are kept, or ask for those that are not', async () => {
    const { profile } = await bench.call('profiles.create', { draft: draft(), secrets: {}, insist: false });
    expect(await bench.console.dispatch('session.open', { profile: profile.id, secrets: {} })).toMatchObject({
      ok: false,
      error: { code: 'SECRET_UNAVAILABLE', details: { missing: ['operations', 'system'] } },
    });
    const session = await bench.call('session.open', { profile: profile.id, secrets: secrets() });
    expect(session).toMatchObject({
      profile: profile.id,
      environment: { name: 'mine', level: 'staging', color: 'blue' },
    });
    expect(await bench.call('environment.status', {})).toMatchObject({ datasets: [{ name: 'cities', error: null }] });
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('do not take a secret from a file that others may read', async () => {
    const file = join(bench.dataFolder, 'password');
    await writeFile(file, password(), { mode: 0o600 });
    const secret = { kind: 'file' as const, path: file };
    const wanted = draft({
      connections: { system: connection('system', { secret }), operations: connection('operations', { secret }) },
    });
    expect(await bench.call('profiles.test', { id: null, draft: wanted, secrets: {} })).toMatchObject({
      databases: [{ hops: expect.arrayContaining([expect.objectContaining({ name: 'login', ok: true })]) }, {}],
    });
    vi.stubEnv('HOME', bench.dataFolder);
    secret.path = '~/password';
    expect(await bench.call('profiles.test', { id: null, draft: wanted, secrets: {} })).toMatchObject({
      databases: [{ hops: expect.arrayContaining([expect.objectContaining({ name: 'login', ok: true })]) }, {}],
    });
    await chmod(file, 0o640);
    expect((await bench.call('profiles.test', { id: null, draft: wanted, secrets: {} })).databases[0]).toMatchObject({
      ok: false,
      hops: [{ name: 'settings', detail: expect.stringMatching(/others may read or change .*mode 0640.*chmod 600/u) }],
    });
    vi.unstubAllEnvs();
  });
});

describe('files of the console that were damaged', () => {
  it('are told of beside the saved environments, and work goes on', async () => {
    expect((await bench.call('profiles.list', {})).damaged).toEqual([]);
    for (const name of ['settings', 'alerts']) await writeFile(join(bench.dataFolder, `${name}.json`), '{"version":');
    await bench.call('settings.get', {});
    expect((await bench.call('alerts.list', {})).unread).toBe(0);
    const { damaged } = await bench.call('profiles.list', {});
    expect(damaged).toMatchObject([
      { what: 'settings', reason: 'it is no JSON' },
      { what: 'alerts', file: expect.stringMatching(/alerts\.damaged-.*\.json$/u) },
    ]);
    for (const { file } of damaged) expect(await readFile(file, 'utf8')).toBe('{"version":');
  });
});

describe('a test of connections', () => {
  it('tells of each hop, also of the tunnel, and of each dataset', async () => {
    const report = await bench.call('profiles.test', { id: null, draft: tunnelled(), secrets: secrets() });
    const [operations] = report.databases;
    expect(operations?.hops.map(({ name, ok }) => `${name} ${String(ok)}`)).toEqual([
      'tunnel name true',
      'tunnel port true',
      'tunnel host key true',
      'tunnel login true',
      'tunnel channel true',
      'login true',
      'server true',
      'identity true',
      'rights true',
    ]);
    expect(operations?.hops).toMatchObject([
      { detail: expect.stringContaining('127.0.0.1'), duration_ms: expect.any(Number) },
      { detail: `127.0.0.1:${String(host.port)} answers`, duration_ms: expect.any(Number) },
      { detail: expect.stringMatching(/^SHA256:.*, the known one$/u), duration_ms: expect.any(Number) },
      { detail: 'as deploy, by a key file', duration_ms: expect.any(Number) },
      { duration_ms: expect.any(Number) },
      { detail: expect.stringMatching(/^as .+, without TLS$/u) },
      {},
      { detail: expect.stringContaining(operations?.identity ?? '?') },
      {},
    ]);
    expect(operations).toMatchObject({
      engine: 'postgres',
      version: expect.stringMatching(/^PostgreSQL 18/u),
      identity: expect.any(String),
      round_trip_ms: expect.any(Number),
    });
    expect(report.datasets).toMatchObject([{ name: 'cities', ok: true }]);
    expect(report.datasets[0]?.rights).toContainEqual({
      database: 'operations',
      on: 'table',
      object: 'public.cities',
      privilege: 'TRIGGER',
      has: true,
    });
  });

  it('names the hop that fails', async () => {
    const wrong = await bench.call('profiles.test', {
      id: null,
      draft: draft(),
      secrets: { ...secrets(), operations: 'canary' },
    });
    expect(wrong.databases[0]?.hops.at(-1)).toMatchObject({
      name: 'login',
      ok: false,
      detail: expect.stringMatching(/password/u),
    });
    expect(JSON.stringify(wrong)).not.toContain('canary');

    const tunnel = tunnelled();
    const stranger = { ...tunnel, tunnel: { ...tunnel.tunnel!, user: 'nobody' } };
    const refused = await bench.call('profiles.test', { id: null, draft: stranger, secrets: secrets() });
    expect(refused.databases[0]?.hops).toMatchObject([
      { name: 'tunnel name', ok: true },
      { name: 'tunnel port', ok: true },
      { name: 'tunnel host key', ok: true },
      { name: 'tunnel login', ok: false, detail: expect.stringMatching(/refuses the login of nobody/u) },
    ]);

    // What is not behind the tunnel is tried all the same.
    const beside = { ...stranger, connections: { ...stranger.connections, system: connection('system') } };
    const half = await bench.call('profiles.test', { id: null, draft: beside, secrets: secrets() });
    expect(half.databases).toMatchObject([
      { name: 'operations', ok: false, version: null },
      { name: 'system', ok: true, version: expect.stringMatching(/^PostgreSQL/u) },
    ]);
    expect(half.datasets[0]?.rights).toContainEqual(
      expect.objectContaining({ database: 'system', object: 'public.cities', privilege: 'INSERT', has: true }),
    );

    const behind = { ...tunnel.connections, operations: connection('operations', { tunnel: true, port: 1 }) };
    const dead = await bench.call('profiles.test', {
      id: null,
      draft: { ...tunnel, connections: behind },
      secrets: secrets(),
    });
    expect(dead.databases[0]?.hops.slice(-2)).toMatchObject([
      { name: 'tunnel login', ok: true },
      { name: 'tunnel channel', ok: false, detail: expect.stringMatching(/cannot reach 127\.0\.0\.1:1 from there/u) },
    ]);
    expect(dead.databases[1]?.ok).toBe(true);
  });

  it('makes a password that is not there a hop of its database, and a definition that is wrong no success', async () => {
    const secret = { kind: 'env' as const, name: 'NOT_SET_ANYWHERE' };
    const wanted = draft({
      connections: { system: connection('system', { secret }), operations: connection('operations') },
    });
    const report = await bench.call('profiles.test', { id: null, draft: wanted, secrets: secrets() });
    expect(report.databases).toMatchObject([
      { hops: [{ name: 'settings', ok: false, detail: expect.stringContaining('NOT_SET_ANYWHERE') }] },
      { name: 'operations', ok: true },
    ]);

    const folder = join(bench.dataFolder, 'definitions');
    await mkdir(folder);
    await copyFile(bench.datasets, join(folder, 'right.yaml'));
    await writeFile(join(folder, 'wrong.yaml'), 'name: wrong\n');
    const { ok, databases, warnings } = await bench.call('profiles.test', {
      id: null,
      draft: draft({ datasets: folder }),
      secrets: secrets(),
    });
    expect(databases.every((database) => database.ok)).toBe(true);
    expect(warnings.join()).toContain('wrong');
    expect(ok).toBe(false);
  });

  it('asks for TLS where it is wanted, and says that the server offers none', async () => {
    const tls = { mode: 'require' as const };
    const wanted = draft({
      connections: { system: connection('system', { tls }), operations: connection('operations') },
    });
    const report = await bench.call('profiles.test', { id: null, draft: wanted, secrets: secrets() });
    expect(report.databases[0]?.hops.at(-1)).toMatchObject({
      name: 'TLS',
      ok: false,
      detail: 'the server does not offer TLS',
    });
  });
});

describe('through a tunnel', () => {
  it('a dataset is really synchronised', async () => {
    const { profile } = await bench.call('profiles.create', { draft: tunnelled(), secrets: secrets(), insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: {} });
    await bench.call('environment.init', { take_over: false, confirm: null });
    const { id } = await bench.call('runs.start', {
      datasets: [],
      mode: 'auto',
      plan: null,
      approve_deletes: null,
      allow_empty_source: false,
      confirm: null,
    });
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    expect(await bench.call('tasks.get', { id })).toMatchObject({ document: { status: 'succeeded' } });
  });
});
