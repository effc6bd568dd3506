import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

describe('passwords of saved environments', () => {
  it('are opened with the secrets that are kept, or ask for those that are not', async () => {
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    expect(await bench.console.dispatch('session.open', { profile: profile.id, secrets: {} })).toMatchObject({
      ok: false,
      error: { code: 'SECRET_UNAVAILABLE', details: { missing: ['operations', 'system'] } },
    });
    const session = await bench.call('session.open', { profile: profile.id, secrets: drafts.secrets });
    expect(session).toMatchObject({
      profile: profile.id,
      environment: { name: 'mine', level: 'staging', color: 'blue' },
    });
    expect(await bench.call('environment.status', {})).toMatchObject({ datasets: [{ name: 'cities', error: null }] });
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('keep what was typed in to open them until the console ends, once the servers let it in', async () => {
    const { profile } = await bench.call('profiles.create', { draft: drafts.draft(), secrets: {}, insist: false });
    const opened = (secrets: Readonly<Record<string, string>>) =>
      bench.console.dispatch('session.open', { profile: profile.id, secrets });
    const states = async () => (await bench.call('profiles.list', {})).profiles.at(-1)?.secrets;
    expect(await opened({ ...drafts.secrets, system: 'wrong' })).toMatchObject({
      ok: false,
      error: {
        code: 'CONNECT_FAILED',
        message: expect.stringMatching(/^Could not connect to system .*password authentication failed/u) as string,
        hint: expect.stringContaining('Type the password in again') as string,
        details: { missing: ['system'] },
      },
    });
    expect(await bench.call('session.current', {})).toMatchObject({ session: null });
    expect(await states()).toEqual({ operations: 'missing', system: 'missing' });
    expect(await opened(drafts.secrets)).toMatchObject({ ok: true });
    await vi.waitFor(async () => expect(await states()).toEqual({ operations: 'session', system: 'session' }));
    await bench.call('session.close', {});
    expect(await opened({})).toMatchObject({ ok: true });
    await bench.call('profiles.remove', { id: profile.id });
    expect(bench.facilities.secrets.names('profile/')).toEqual([]);
  });

  it('ask again for what let somebody in earlier, once the server refuses it', async () => {
    const role = `olga_${randomBytes(4).toString('hex')}`;
    await bench.system.query(`CREATE ROLE ${role} LOGIN PASSWORD 'first'`);
    const draft = drafts.draft({
      connections: { ...drafts.draft().connections, system: drafts.connection('system', { user: role }) },
    });
    const { profile } = await bench.call('profiles.create', { draft, secrets: {}, insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: { ...drafts.secrets, system: 'first' } });
    await vi.waitFor(async () =>
      expect((await bench.call('profiles.list', {})).profiles.at(-1)?.secrets).toMatchObject({ system: 'session' }),
    );
    await bench.call('session.close', {});
    await bench.system.query(`ALTER ROLE ${role} PASSWORD 'second'`);
    expect(await bench.console.dispatch('session.open', { profile: profile.id, secrets: {} })).toMatchObject({
      ok: false,
      error: { details: { missing: ['system'] } },
    });
    await bench.call('session.open', { profile: profile.id, secrets: { system: 'second' } });
    await bench.call('profiles.remove', { id: profile.id });
    await bench.system.query(`DROP ROLE ${role}`);
  });

  it('are opened where a server is away, of whose password nobody knows', async () => {
    const { operations, system } = drafts.draft().connections;
    const draft = drafts.draft({ connections: { operations: { ...operations!, port: 1 }, system: system! } });
    const { profile } = await bench.call('profiles.create', { draft, secrets: {}, insist: false });
    await bench.call('session.open', { profile: profile.id, secrets: drafts.secrets });
    await vi.waitFor(async () =>
      expect((await bench.call('session.current', {})).unreachable).toMatchObject({
        message: expect.stringContaining('operations') as string,
      }),
    );
    await bench.call('profiles.remove', { id: profile.id });
  });

  it('do not take a secret from a file that others may read', async () => {
    const file = join(bench.dataFolder, 'password');
    await writeFile(file, drafts.password, { mode: 0o600 });
    const secret = { kind: 'file' as const, path: file };
    const wanted = drafts.draft({
      connections: {
        system: drafts.connection('system', { secret }),
        operations: drafts.connection('operations', { secret }),
      },
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
