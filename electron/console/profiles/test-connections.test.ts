import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProfileDraft } from '../../../shared/contract/profile';
import { plainRun } from '../../../shared/contract/plain-run';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { draftsOf } from '../testing/drafts';
import { knownHostLine, newKey, startSshHost } from '../testing/ssh-host';
import type { SshHost } from '../testing/ssh-host';

let bench: ConsoleBench;
let drafts: ReturnType<typeof draftsOf>;
let host: SshHost;

beforeAll(async () => {
  bench = await openConsoleBench();
  drafts = draftsOf(bench);
  const user = newKey();
  host = await startSshHost(user);
  await writeFile(join(bench.dataFolder, 'id'), user.private, { mode: 0o600 });
  await writeFile(join(bench.dataFolder, 'known_hosts'), knownHostLine(host.port, host.key));
});

afterAll(async () => {
  await host.stop();
  await bench.close();
});

function tunnelled(): ProfileDraft {
  const through = { tunnel: true };
  return drafts.draft({
    connections: { operations: drafts.connection('operations', through), system: drafts.connection('system', through) },
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

describe('a test of connections', () => {
  it('tells of each hop, also of the tunnel, and of each dataset', async () => {
    const report = await bench.call('profiles.test', { id: null, draft: tunnelled(), secrets: drafts.secrets });
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
      draft: drafts.draft(),
      secrets: { ...drafts.secrets, operations: 'canary' },
    });
    expect(wrong.databases[0]?.hops.at(-1)).toMatchObject({
      name: 'login',
      ok: false,
      detail: expect.stringMatching(/password/u),
    });
    expect(JSON.stringify(wrong)).not.toContain('canary');

    const noPort = drafts.connection('operations', { port: 1 });
    const noName = drafts.connection('system', { host: 'nowhere.invalid' });
    const away = await bench.call('profiles.test', {
      id: null,
      draft: drafts.draft({ connections: { operations: noPort, system: noName } }),
      secrets: drafts.secrets,
    });
    expect(away.databases.map(({ hops }) => hops.at(-1))).toMatchObject([
      {
        name: 'connect',
        ok: false,
        detail: expect.stringMatching(/ECONNREFUSED.*\. Nothing answers on that port: correct/u),
      },
      { name: 'name', ok: false, detail: expect.stringMatching(/nowhere\.invalid\. .*correct the host/u) },
    ]);

    const tunnel = tunnelled();
    const stranger = { ...tunnel, tunnel: { ...tunnel.tunnel!, user: 'nobody' } };
    const refused = await bench.call('profiles.test', { id: null, draft: stranger, secrets: drafts.secrets });
    expect(refused.databases[0]?.hops).toMatchObject([
      { name: 'tunnel name', ok: true },
      { name: 'tunnel port', ok: true },
      { name: 'tunnel host key', ok: true },
      { name: 'tunnel login', ok: false, detail: expect.stringMatching(/refuses the login of nobody/u) },
    ]);

    // What is not behind the tunnel is tried all the same.
    const beside = { ...stranger, connections: { ...stranger.connections, system: drafts.connection('system') } };
    const half = await bench.call('profiles.test', { id: null, draft: beside, secrets: drafts.secrets });
    expect(half.databases).toMatchObject([
      { name: 'operations', ok: false, version: null },
      { name: 'system', ok: true, version: expect.stringMatching(/^PostgreSQL/u) },
    ]);
    expect(half.datasets[0]?.rights).toContainEqual(
      expect.objectContaining({ database: 'system', object: 'public.cities', privilege: 'INSERT', has: true }),
    );

    const behind = { ...tunnel.connections, operations: drafts.connection('operations', { tunnel: true, port: 1 }) };
    const dead = await bench.call('profiles.test', {
      id: null,
      draft: { ...tunnel, connections: behind },
      secrets: drafts.secrets,
    });
    expect(dead.databases[0]?.hops.slice(-2)).toMatchObject([
      { name: 'tunnel login', ok: true },
      { name: 'tunnel channel', ok: false, detail: expect.stringMatching(/cannot reach 127\.0\.0\.1:1 from there/u) },
    ]);
    expect(dead.databases[1]?.ok).toBe(true);
  });

  it('makes a password that is not there a hop of its database, and a definition that is wrong no success', async () => {
    const secret = { kind: 'env' as const, name: 'NOT_SET_ANYWHERE' };
    const wanted = drafts.draft({
      connections: { system: drafts.connection('system', { secret }), operations: drafts.connection('operations') },
    });
    const report = await bench.call('profiles.test', { id: null, draft: wanted, secrets: drafts.secrets });
    expect(report.databases).toMatchObject([
      { hops: [{ name: 'settings', ok: false, detail: expect.stringContaining('NOT_SET_ANYWHERE') }] },
      { name: 'operations', ok: true },
    ]);

    const folder = join(bench.dataFolder, 'definitions');
    await mkdir(folder);
    await copyFile(bench.datasets, join(folder, 'right.yaml'));
    await writeFile(join(folder, 'wrong.yaml'), 'name: wrong\nsource: { database: system, table: wrong }\n');
    const { ok, databases, warnings } = await bench.call('profiles.test', {
      id: null,
      draft: drafts.draft({ datasets: folder }),
      secrets: drafts.secrets,
    });
    expect(databases.every((database) => database.ok)).toBe(true);
    expect(warnings.join()).toContain('wrong');
    expect(ok).toBe(false);
  });

  it('tests before there is a definition what the program itself needs', async () => {
    const role = `nobody_${randomBytes(4).toString('hex')}`;
    await bench.system.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    const user = { user: role };
    const report = await bench.call('profiles.test', {
      id: null,
      draft: drafts.draft({
        connections: { operations: drafts.connection('operations', user), system: drafts.connection('system', user) },
        datasets: join(bench.dataFolder, 'none-yet'),
      }),
      secrets: { operations: 'x', system: 'x' },
    });
    await bench.system.query(`DROP ROLE ${role}`);
    expect(report).toMatchObject({ ok: false, datasets: [] });
    for (const { name, hops, grants, recommended } of report.databases) {
      expect(hops.at(-1)).toMatchObject({ name: 'rights', ok: false, detail: `${role} lacks 1 grant` });
      const optional = recommended.map(({ grant }) => grant);
      expect(grants.filter((sql) => !optional.includes(sql))).toEqual([
        `GRANT CREATE ON DATABASE "${bench.databases[name as 'operations' | 'system'].name}" TO "${role}";`,
      ]);
    }
  });

  it('asks for TLS where it is wanted, and says that the server offers none', async () => {
    const tls = { mode: 'require' as const };
    const wanted = drafts.draft({
      connections: { system: drafts.connection('system', { tls }), operations: drafts.connection('operations') },
    });
    const report = await bench.call('profiles.test', { id: null, draft: wanted, secrets: drafts.secrets });
    expect(report.databases[0]?.hops.at(-1)).toMatchObject({
      name: 'TLS',
      ok: false,
      detail: 'the server does not offer TLS',
    });
  });
});

describe('through a tunnel', () => {
  it('a dataset is really synchronised', async () => {
    const { profile } = await bench.call('profiles.create', {
      draft: tunnelled(),
      secrets: drafts.secrets,
      insist: false,
    });
    await bench.call('session.open', { profile: profile.id, secrets: {} });
    await bench.call('environment.init', { take_over: false, confirm: null });
    const { id } = await bench.call('runs.start', plainRun);
    await bench.until((event) => event.type === 'task' && event.task.id === id && event.task.state !== 'working');
    expect(await bench.call('tasks.get', { id })).toMatchObject({ document: { status: 'succeeded' } });
  });
});
