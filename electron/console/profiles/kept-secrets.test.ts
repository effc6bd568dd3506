import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InputOf, MethodName, OutputOf } from '../../../shared/contract/contract';
import type { Connection, ProfileDraft, Tunnel } from '../../../shared/contract/profile';
import { SyncError } from '../../engine/errors';
import { createConsole } from '../console';
import type { Console } from '../console';
import { openLog } from '../log/open-log';
import { sessionSecrets } from '../secrets/session-secrets';
import type { SecretStore } from '../secrets/secret-store';
import { confStores } from '../stores/open-conf';
import { connectionTo, draftWith } from '../testing/drafts';

let folder: string;
let store: SecretStore;
let console: Console;
/** What the engine was given to send to servers, each time that it was to open an environment. */
let sent: Readonly<Record<string, string>>[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-kept-'));
  store = sessionSecrets();
  sent = [];
  console = consoleWith(store);
});

afterEach(async () => {
  await console.close();
  await rm(folder, { recursive: true, force: true });
});

function consoleWith(secrets: SecretStore): Console {
  return createConsole({
    host: 'web',
    dataFolder: folder,
    resources: join(import.meta.dirname, '../../../resources'),
    log: openLog(folder, 'web'),
    caller: { operator: 'olga', host: 'test', application: 'console' },
    versions: {},
    openStore: confStores(folder),
    secrets,
    damaged: () => [],
    engineOpener: () => (request) => {
      sent.push(request.secrets);
      return Promise.reject(new SyncError('CONNECT_FAILED', 'no server here'));
    },
    notice: () => Promise.resolve({ shown: true, detail: '' }),
    anotherLink: () => null,
    openExternal: () => Promise.resolve(),
    openPath: () => Promise.resolve(true),
    startedWith: null,
    mayBeSent: (references) => Promise.resolve(references),
    sendingHint: '',
    definitionFolders: [],
    mayBeRead: () => Promise.resolve(false),
    readingHint: 'Name a folder of its own.',
    askWhere: () => Promise.resolve(null),
  });
}

async function call<Name extends MethodName>(method: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
  const outcome = await console.dispatch(method, input);
  if (outcome.ok) return outcome.value as OutputOf<Name>;
  throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
}

const verified = { mode: 'verify-full', ca: '/etc/ca.pem', servername: 'db' } as const;

const bastion: Tunnel = {
  host: 'bastion',
  port: 22,
  user: 'deploy',
  auth: { kind: 'key', path: '/home/olga/key' },
  known_hosts: null,
  keep_alive_s: 15,
};

const connection = (more: Partial<Connection> = {}): Connection =>
  connectionTo({ host: 'db1', tls: verified, ...more });

function draft(more: Partial<ProfileDraft> = {}): ProfileDraft {
  const connections = { system: connection(), operations: connection({ host: 'db2', tunnel: true }) };
  return draftWith({ connections, tunnel: bastion, ...more });
}

async function saved(more: Partial<ProfileDraft> = {}): Promise<string> {
  const secrets = { system: 'canary-system', operations: 'canary-operations', tunnel: 'canary-tunnel' };
  return (await call('profiles.create', { draft: draft(more), secrets, insist: false })).profile.id;
}

/** What a page that is out of hand gets sent by a test of a draft with the kept secrets of a saved environment. */
async function tested(id: string, more: Partial<ProfileDraft>): Promise<unknown> {
  sent = [];
  const outcome = await console.dispatch('profiles.test', { id, draft: draft(more), secrets: {} });
  if (sent.length > 0) return sent[0];
  return outcome.ok ? null : outcome.error;
}

const system = (more: Partial<Connection>): Partial<ProfileDraft> => ({
  connections: { ...draft().connections, system: connection(more) },
});

const refused = {
  code: 'SECRET_UNAVAILABLE',
  message: expect.stringContaining('The password of system in "mine" was typed in for another server'),
  hint: 'Type it in again to go on.',
  details: { missing: ['system'] },
};

describe('a kept password', () => {
  it.each<[string, Partial<Connection>]>([
    ['another host', { host: 'evil.example' }],
    ['another port', { port: 5433 }],
    ['another user', { user: 'root' }],
    ['another engine', { engine: 'redis', database: '0' }],
    ['no TLS', { tls: null }],
    ['TLS that checks nothing', { tls: { mode: 'require' } }],
    ['TLS that does not check for whom', { tls: { ...verified, mode: 'verify-ca' } }],
    ['another authority', { tls: { ...verified, ca: '/tmp/mine.pem' } }],
    ['another name in the certificate', { tls: { ...verified, servername: 'evil.example' } }],
    ['the tunnel, where it went without', { tunnel: true }],
  ])('is not sent where a draft names %s', async (_what, more) => {
    const id = await saved();
    const connections = { ...draft().connections, system: connection(more), queue: connection({ host: 'db3' }) };
    const outcome = await tested(id, { connections: { ...connections }, system: 'queue' });
    expect(outcome).toMatchObject({ code: 'SECRET_UNAVAILABLE', details: { missing: ['system', 'queue'] } });
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  it('is asked for again in words that say why', async () => {
    expect(await tested(await saved(), system({ host: 'evil.example' }))).toMatchObject(refused);
  });

  it('is not sent through another tunnel', async () => {
    const id = await saved();
    for (const tunnel of [
      { ...bastion, host: 'evil.example' },
      { ...bastion, known_hosts: '/tmp/mine' },
    ])
      expect(await tested(id, { tunnel })).toMatchObject({ details: { missing: ['operations'] } });
  });

  it('is sent where only something else is changed, or the way is protected better', async () => {
    const id = await saved(system({ tls: { mode: 'require' } }));
    for (const more of [{ database: 'two' }, { tls: verified }, { connect_timeout_s: 60 }])
      expect(await tested(id, system(more))).toMatchObject({ system: 'canary-system' });
    expect(await tested(id, { level: 'production', name: 'other' })).toMatchObject({ system: 'canary-system' });
  });

  it('is forgotten where the environment is saved with another server, and does not come back with the old one', async () => {
    const id = await saved();
    const save = (more: Partial<ProfileDraft>) =>
      call('profiles.update', { id, was: null, draft: draft(more), secrets: {}, insist: false });
    expect((await save(system({ host: 'evil.example' }))).secrets).toEqual({
      system: 'missing',
      operations: 'session',
      tunnel: 'session',
    });
    await expect(call('session.open', { profile: id, secrets: {} })).rejects.toThrow(/^SECRET_UNAVAILABLE/u);
    expect((await save({})).secrets).toMatchObject({ system: 'missing' });
    expect(sent).toEqual([]);
  });

  it('is not sent where another console has changed the server in the file that both share', async () => {
    const id = await saved();
    const other = consoleWith(sessionSecrets());
    const change = { id, was: null, draft: draft(system({ host: 'evil.example' })), secrets: {}, insist: false };
    expect(await other.dispatch('profiles.update', change)).toMatchObject({ ok: true });
    expect(await console.dispatch('session.open', { profile: id, secrets: {} })).toMatchObject({
      ok: false,
      error: refused,
    });
    expect(sent).toEqual([]);
    await other.close();
  });

  it('stays with its connection where that gets another name', async () => {
    const id = await saved();
    const { system: queue, operations } = draft().connections;
    const renamed = draft({ connections: { queue: queue!, operations: operations! }, system: 'queue' });
    expect(await tested(id, renamed)).toEqual({
      queue: 'canary-system',
      operations: 'canary-operations',
      tunnel: 'canary-tunnel',
    });
    const { secrets } = await call('profiles.update', { id, was: null, draft: renamed, secrets: {}, insist: false });
    expect(secrets).toMatchObject({ queue: 'session', operations: 'session' });
    expect(store.names('')).toHaveLength(3);
    expect(await tested(id, renamed)).toMatchObject({ queue: 'canary-system' });
  });

  it('is deleted with its connection, with the kind of its password, and with the environment', async () => {
    const id = await saved();
    const without = draft({ connections: { system: connection() }, tunnel: null });
    await call('profiles.update', { id, was: null, draft: without, secrets: {}, insist: false });
    expect(store.names('')).toEqual([expect.stringContaining(`profile/${id}/system/`)]);
    // Another connection of that name is asked for its own.
    const back = await call('profiles.update', { id, was: null, draft: draft(), secrets: {}, insist: false });
    expect(back.secrets).toEqual({ system: 'session', operations: 'missing' });
    const none = draft(system({ secret: { kind: 'none' } }));
    await call('profiles.update', { id, was: null, draft: none, secrets: { operations: 'x' }, insist: false });
    expect(store.names('')).toEqual([expect.stringContaining('/operations/')]);
    await call('profiles.remove', { id });
    expect(store.names('')).toEqual([]);
  });
});

it('a passphrase opens the key file that it was typed in for, and no other', async () => {
  const id = await saved();
  expect(await tested(id, { tunnel: { ...bastion, auth: { kind: 'key', path: '/tmp/other' } } })).toEqual({
    system: 'canary-system',
    operations: 'canary-operations',
  });
  const key = (path: string) => system({ tls: { ...verified, cert: '/c', key: path } });
  await call('profiles.update', {
    id,
    was: null,
    draft: draft(key('/k')),
    secrets: { 'system.tls': 'canary-key' },
    insist: false,
  });
  expect(await tested(id, key('/k'))).toMatchObject({ 'system.tls': 'canary-key' });
  expect(await tested(id, key('/other'))).not.toHaveProperty('system.tls');
});
