import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import ssh2 from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Tunnel } from '../../../shared/contract/profile';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { knownHostLine, newKey, startSshHost } from '../testing/ssh-host';
import type { KeyPair, SshHost } from '../testing/ssh-host';
import { fingerprintOf } from './known-hosts';
import { openTunnel } from './tunnel';
import type { OpenTunnel } from './tunnel';

let folder: string;
let user: KeyPair;
let host: SshHost;
let database: TestDatabase;
let open: OpenTunnel[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'astro-sync-tunnel-'));
  user = newKey();
  await writeFile(join(folder, 'id'), user.private, { mode: 0o600 });
  database = await createTestDatabase();
  host = await startSshHost(user);
  open = [];
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((tunnel) => tunnel.close()));
});

afterAll(async () => {
  await host.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function definition(knownHosts: string, more: Partial<Tunnel> = {}): Promise<Tunnel> {
  const file = join(folder, 'known_hosts');
  await writeFile(file, knownHosts);
  return {
    host: '127.0.0.1',
    port: host.port,
    user: 'deploy',
    auth: { kind: 'key', path: join(folder, 'id') },
    known_hosts: file,
    keep_alive_s: 10,
    ...more,
  };
}

async function opened(tunnel: Tunnel, port = Number(new URL(database.url).port)): Promise<OpenTunnel> {
  const result = await openTunnel(tunnel, { operations: { host: '127.0.0.1', port } }, undefined);
  open.push(result);
  return result;
}

async function ask(tunnel: OpenTunnel): Promise<unknown> {
  const url = new URL(database.url);
  url.port = String(tunnel.via['operations']?.port);
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ answer: number }>('SELECT 42 AS answer')).rows[0]?.answer;
  } finally {
    await client.end();
  }
}

function shownBy(key: KeyPair): string {
  const parsed = ssh2.utils.parseKey(key.public);
  if (parsed instanceof Error) throw parsed;
  return fingerprintOf(parsed.getPublicSSH());
}

describe('a tunnel', () => {
  it.each(['plain', 'hashed'] as const)('leads to a database where the host is known (%s)', async (how) => {
    const tunnel = await opened(await definition(knownHostLine(host.port, host.key, how)));
    expect(await ask(tunnel)).toBe(42);
    await tunnel.attempt('operations');
  });

  it('refuses a host that is not known, and shows its fingerprint', async () => {
    const other = knownHostLine(host.port + 1, host.key);
    await expect(opened(await definition(other))).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: `SSH tunnel deploy@127.0.0.1:${String(host.port)}: the host's key is not known (${shownBy(host.key)})`,
    });
  });

  it.each(['plain', 'hashed'] as const)('refuses a host whose key has changed, by name (%s)', async (how) => {
    await expect(opened(await definition(knownHostLine(host.port, newKey(), how)))).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: expect.stringMatching(/HOST'S KEY HAS CHANGED/u),
    });
    await expect(opened(await definition(knownHostLine(host.port, newKey(), how)))).rejects.toThrow(shownBy(host.key));
  });

  it('refuses a revoked key, though it is known as well', async () => {
    const line = knownHostLine(host.port, host.key);
    await expect(opened(await definition(`${line}@revoked ${line}`))).rejects.toThrow(/revoked key/u);
  });

  it('says that the login is refused', async () => {
    const stranger = join(folder, 'stranger');
    await writeFile(stranger, newKey().private, { mode: 0o600 });
    const tunnel = await definition(knownHostLine(host.port, host.key), { auth: { kind: 'key', path: stranger } });
    await expect(opened(tunnel)).rejects.toThrow(/refuses the login of deploy/u);
  });

  it('asks for the passphrase of a key that has one', async () => {
    const locked = join(folder, 'locked');
    const pair = newKey('canary');
    await writeFile(locked, pair.private, { mode: 0o600 });
    const tunnel = await definition(knownHostLine(host.port, host.key), { auth: { kind: 'key', path: locked } });
    await expect(opened(tunnel)).rejects.toMatchObject({
      code: 'SECRET_UNAVAILABLE',
      details: { missing: ['tunnel'] },
    });
    const wrong = openTunnel(tunnel, {}, 'canary-2');
    await expect(wrong).rejects.toMatchObject({ code: 'SECRET_UNAVAILABLE' });
    await expect(wrong).rejects.not.toThrow(/canary/u);
  });

  it('takes the key with its passphrase, and no key that others may read', async () => {
    const locked = join(folder, 'locked-own');
    const pair = newKey('canary');
    await writeFile(locked, pair.private, { mode: 0o600 });
    const own = await startSshHost(pair);
    try {
      const tunnel = await definition(knownHostLine(own.port, own.key), {
        port: own.port,
        auth: { kind: 'key', path: locked },
      });
      open.push(await openTunnel(tunnel, {}, 'canary'));
      expect(own.logins()).toBe(1);
      if (process.platform === 'win32') return;
      await chmod(locked, 0o644);
      await expect(openTunnel(tunnel, {}, 'canary')).rejects.toMatchObject({
        code: 'TUNNEL_FAILED',
        message: expect.stringContaining(`others may read or change the key ${locked} (mode 0644)`),
        hint: `chmod 600 ${locked}`,
      });
    } finally {
      await own.stop();
    }
  });

  it('says of a file that trusts an authority that only the key itself counts', async () => {
    const [, type = '', blob = ''] = knownHostLine(host.port, newKey()).split(' ');
    const authority = await definition(`@cert-authority * ${type} ${blob}`);
    await expect(opened(authority)).rejects.toMatchObject({
      message: expect.stringContaining("the host's key is not known"),
      hint: expect.stringContaining('@cert-authority do not count'),
    });
  });

  it('names the hop that fails', async () => {
    const line = knownHostLine(host.port, host.key);
    const tunnel = await opened(await definition(line), 1);
    await expect(tunnel.attempt('operations')).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: expect.stringContaining('cannot reach 127.0.0.1:1 from there'),
    });
    await expect(ask(tunnel)).rejects.toThrow();
    await expect(opened(await definition(line, { port: 1 }))).rejects.toMatchObject({
      code: 'TUNNEL_FAILED',
      message: expect.stringContaining('deploy@127.0.0.1:1: connect ECONNREFUSED'),
    });
  });

  it.each([
    ['is dialled again when the other end falls silent', 0.2, false],
    ['is dialled again soon after a sleep, long before its keep-alive would notice', 600, true],
  ])('%s', async (_title, keepAlive, slept) => {
    const wires: [Socket, Socket][] = [];
    const between = createServer((near) => {
      const far = connect(host.port, '127.0.0.1');
      wires.push([near, far]);
      near.pipe(far).pipe(near);
      for (const wire of [near, far]) wire.on('error', () => undefined);
    });
    await new Promise<void>((listening) => between.listen(0, '127.0.0.1', listening));
    const { port } = between.address() as AddressInfo;
    try {
      const tunnel = await opened(await definition(knownHostLine(port, host.key), { port, keep_alive_s: keepAlive }));
      expect(await ask(tunnel)).toBe(42);
      // Nothing is closed: whoever does not ask waits for ever.
      for (const [near, far] of wires) {
        near.unpipe();
        far.unpipe();
        near.pause();
        far.pause();
      }
      if (slept) tunnel.probe();
      await expect.poll(() => ask(tunnel).catch(() => null), { timeout: 10_000 }).toBe(42);
      expect(wires.length).toBeGreaterThan(1);
    } finally {
      for (const wire of wires.flat()) wire.destroy();
      between.close();
    }
  });

  it('is kept where the other end answers after a sleep', async () => {
    const tunnel = await opened(await definition(knownHostLine(host.port, host.key)));
    const before = host.logins();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      tunnel.probe();
      // What is asked after it is answered after it.
      await tunnel.attempt('operations');
      vi.advanceTimersByTime(60_000);
    } finally {
      vi.useRealTimers();
    }
    expect(await ask(tunnel)).toBe(42);
    expect(host.logins()).toBe(before);
  });

  it('is dialled again when the connection is lost', async () => {
    const tunnel = await opened(await definition(knownHostLine(host.port, host.key)));
    expect(await ask(tunnel)).toBe(42);
    const before = host.logins();
    host.cut();
    await expect.poll(() => ask(tunnel).catch(() => null), { timeout: 10_000 }).toBe(42);
    expect(host.logins()).toBeGreaterThan(before);
  });
});
