import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProfileDraft } from '../../../shared/contract/profile';
import { createConsole } from '../console';
import { confStores } from '../stores/open-conf';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { draftsOf } from '../testing/drafts';

let bench: ConsoleBench;
let drafts: ReturnType<typeof draftsOf>;

beforeAll(async () => {
  bench = await openConsoleBench();
  drafts = draftsOf(bench);
});

afterAll(() => bench.close());

describe('saved environments', () => {
  it('are made, changed, duplicated, put in order, exported, imported and removed', async () => {
    const { profile } = await bench.call('profiles.create', {
      draft: drafts.draft(),
      secrets: drafts.secrets,
      insist: false,
    });
    await expect(
      bench.call('profiles.create', { draft: drafts.draft({ name: 'MINE' }), secrets: {}, insist: false }),
    ).rejects.toThrow('PROFILE_EXISTS');
    const copy = await bench.call('profiles.duplicate', { id: profile.id });
    expect(copy).toMatchObject({ profile: { name: 'mine-2' }, secrets: { operations: 'session', system: 'session' } });
    await bench.call('profiles.reorder', { ids: [copy.profile.id, copy.profile.id] });
    const changed = { was: null, draft: drafts.draft({ name: 'yours' }), secrets: { system: null }, insist: false };
    expect(await bench.call('profiles.update', { id: profile.id, ...changed })).toMatchObject({
      secrets: { operations: 'session', system: 'missing' },
    });
    const { file } = await bench.call('profiles.export', { ids: [profile.id, copy.profile.id] });
    const text = await readFile(file!, 'utf8');
    await rm(dirname(file!), { recursive: true });
    expect(text).not.toContain(drafts.password);
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
    const foreign = drafts.draft({
      name: 'foreign',
      connections: {
        operations: drafts.connection('operations', {
          host: 'db.example',
          secret: { kind: 'file', path: '/etc/shadow' },
        }),
        system: drafts.connection('system', { secret: { kind: 'env', name: 'AWS_SECRET_ACCESS_KEY' } }),
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
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: drafts.secrets });
    const save = (more: Partial<ProfileDraft>) =>
      bench.call('profiles.update', {
        id: profile.id,
        was: null,
        draft: drafts.draft(more),
        secrets: {},
        insist: false,
      });
    const environment = async () => (await bench.call('session.current', {})).session?.environment ?? null;

    await save({ level: 'production', color: 'red' });
    expect(await environment()).toMatchObject({ name: 'mine', level: 'production', color: 'red' });
    await save({ read_only: true });
    expect(await environment()).toMatchObject({ level: 'staging', read_only: true });

    // The password that was typed in for one server is not sent to another one.
    await save({
      connections: { operations: drafts.connection('operations', { port: 1 }), system: drafts.connection('system') },
    });
    expect(await environment()).toBeNull();
    await bench.until((event) => event.type === 'log' && event.message.includes('was closed'));
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('hold as well where they are changed while they are being opened', async () => {
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    const opening = bench.call('session.open', { profile: profile.id, secrets: drafts.secrets });
    await bench.call('profiles.update', {
      id: profile.id,
      was: null,
      draft: drafts.draft({ read_only: true, level: 'production' }),
      secrets: {},
      insist: false,
    });
    expect(await opening).toMatchObject({ environment: { read_only: true, level: 'production' } });
    expect((await bench.call('session.current', {})).session?.environment).toMatchObject({ read_only: true });
    await bench.call('session.close', {});
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('are not saved over what somebody else saved meanwhile, unless that is what is wanted', async () => {
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    const save = (was: ProfileDraft | null, more: Partial<ProfileDraft>) =>
      bench.console.dispatch('profiles.update', {
        id: profile.id,
        was,
        draft: drafts.draft(more),
        secrets: {},
        insist: false,
      });
    expect(await save(drafts.draft(), { read_only: true })).toMatchObject({ ok: true });
    expect(await save(drafts.draft(), { level: 'production' })).toMatchObject({
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
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: drafts.secrets });
    const init = () => bench.console.dispatch('environment.init', { take_over: false, confirm: null });
    await other.dispatch('profiles.update', {
      id: profile.id,
      was: drafts.draft(),
      draft: drafts.draft({ color: 'red' }),
      secrets: {},
      insist: false,
    });
    expect(await init()).not.toMatchObject({ error: { code: 'PROFILE_CHANGED' } });
    await other.dispatch('profiles.update', {
      id: profile.id,
      was: null,
      draft: drafts.draft({ read_only: true }),
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

  it('are noted as opened when a save opens them anew, and not when they are saved closed', async () => {
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    const save = async (color: 'red' | 'green') => {
      const draft = drafts.draft({ color });
      return (await bench.call('profiles.update', { id: profile.id, was: null, draft, secrets: {}, insist: false }))
        .profile;
    };
    expect((await save('red')).used_at).toBeNull();
    const { opened_at: opened } = await bench.call('session.open', { profile: profile.id, secrets: drafts.secrets });
    // Times are told apart by milliseconds.
    await expect.poll(() => new Date().toISOString() > opened, { interval: 1 }).toBe(true);
    const saved = await save('green');
    const again = (await bench.call('session.current', {})).session?.opened_at ?? '';
    expect(again > opened).toBe(true);
    expect((saved.used_at ?? '') >= again).toBe(true);
    await bench.call('session.close', {});
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('may name a folder of definitions in the home folder that is made when the first one is added', async () => {
    vi.stubEnv('HOME', bench.dataFolder);
    const draft = drafts.draft({ datasets: '~/not-yet/datasets' });
    const test = await bench.call('profiles.test', { id: null, draft, secrets: drafts.secrets });
    expect(test).toMatchObject({
      ok: true,
      warnings: ['There is no dataset definition: only connections were tried, and what the program itself needs.'],
    });
    const { profile } = await bench.call('profiles.create', { draft, secrets: drafts.secrets, insist: false });
    const folder = join(bench.dataFolder, 'not-yet/datasets');
    const { definitions } = await bench.call('session.open', { profile: profile.id, secrets: {} });
    expect(definitions).toEqual({ folder, errors: [] });
    expect(await bench.call('datasets.list', {})).toEqual([]);
    const text = await readFile(bench.datasets, 'utf8');
    const added = await bench.call('datasets.add', { file: 'cities.yaml', text });
    expect(added.file).toBe(join(folder, 'cities.yaml'));
    expect(await bench.call('datasets.list', {})).toMatchObject([{ name: 'cities', file: added.file }]);
    expect((await bench.call('profiles.list', {})).profiles.at(-1)?.profile.datasets).toBe('~/not-yet/datasets');
    await bench.call('profiles.remove', { id: profile.id });
    vi.unstubAllEnvs();
  });

  it('that name a file of definitions which is not there are told so, once', async () => {
    const file = join(bench.dataFolder, 'gone.yaml');
    const draft = drafts.draft({ datasets: file });
    const test = await bench.call('profiles.test', { id: null, draft, secrets: drafts.secrets });
    const message = `${file}: there is no such file or folder`;
    expect(test).toMatchObject({ ok: false, warnings: [expect.anything(), message] });
    const { profile } = await bench.call('profiles.create', { draft, secrets: drafts.secrets, insist: false });
    const { definitions } = await bench.call('session.open', { profile: profile.id, secrets: {} });
    expect(definitions.errors).toMatchObject([{ file, message }]);
    await expect(bench.call('datasets.edit', { file })).rejects.toThrow('FILE_UNKNOWN');
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('are refused where their parts do not fit', async () => {
    const refused = async (more: Partial<ProfileDraft>): Promise<unknown> =>
      bench.console.dispatch('profiles.create', { draft: drafts.draft(more), secrets: {}, insist: false });
    for (const more of [
      { system: 'nowhere' },
      { connections: {} },
      { connections: { system: drafts.connection('system', { engine: 'redis' }) } },
      { connections: { system: drafts.connection('system', { tunnel: true }) } },
      ...['[::1]', 'fe80::1%eth0', 'a: b', 'db.example:5432', 'half \ud800'].map((host) => ({
        connections: { system: drafts.connection('system', { host }) },
      })),
      { connections: { system: drafts.connection('system', { user: '\udfff' }) } },
    ])
      expect(await refused(more)).toMatchObject({ ok: false, error: { code: 'PROFILE_INVALID' } });
    for (const host of ['::1', 'db_1.example', 'bücher.example', '/run/postgresql']) {
      const draft = drafts.draft({ connections: { system: drafts.connection('system', { host }) } });
      const { profile } = await bench.call('profiles.create', { draft, secrets: {}, insist: false });
      await bench.call('profiles.remove', { id: profile.id });
    }
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
