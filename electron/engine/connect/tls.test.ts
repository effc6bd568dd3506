import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentSchema } from '../../../shared/definitions/environment';
import { startPostgres } from '../../sandbox/servers/postgres';
import type { PostgresServer } from '../../sandbox/servers/postgres';
import { temporaryFolder } from '../../sandbox/servers/reachable-folder';
import { startRedis } from '../../sandbox/servers/redis';
import type { RedisServer } from '../../sandbox/servers/redis';
import { serverUser } from '../../sandbox/servers/server-user';
import { openEnvironment } from './environment';
import type { Environment } from './environment';
import { probeTls } from './probe';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A server whose certificate is of db.example, signed by ca.pem; other.pem is an authority that has signed nothing. */
describe.skipIf(!hasOpenssl)('TLS', () => {
  let folder: string;
  let postgres: PostgresServer;
  let redis: RedisServer;
  let redisPort: number;
  /** These let nobody in without a certificate of ca.pem; PostgreSQL that of the role only. */
  let guardedRedis: RedisServer;
  let guardedPort: number;

  beforeAll(async () => {
    const user = await serverUser();
    folder = await temporaryFolder(user, 'tls');
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    const newKey = (name: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`];
    for (const name of ['ca', 'other'])
      openssl('req', '-x509', ...newKey(name), '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${name}`);
    const sign = (name: string, subject: string, authority: string): void => {
      openssl('req', ...newKey(name), '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
      const by = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
      openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-days', '2', '-extfile', 'names', '-out', `${name}.pem`);
    };
    await writeFile(join(folder, 'names'), 'subjectAltName=DNS:db.example');
    sign('server', 'db.example', 'ca');
    sign('client', 'postgres', 'ca');
    sign('stranger', 'postgres', 'other');
    sign('colleague', 'somebody', 'ca');
    openssl('pkcs8', '-topk8', '-in', 'client.key', '-passout', 'pass:c4nary-key', '-out', 'locked.key');
    for (const name of ['client', 'stranger', 'colleague', 'locked']) await chmod(join(folder, `${name}.key`), 0o600);
    await writeFile(
      join(folder, 'pg_hba.conf'),
      'hostssl guarded all all scram-sha-256 clientcert=verify-full\nhost guarded all all reject\n' +
        'host all all all scram-sha-256\n',
      { mode: 0o644 },
    );
    if (user !== null) await chown(join(folder, 'server.key'), user.uid, user.gid);
    const certificate = join(folder, 'server.pem');
    const key = join(folder, 'server.key');
    postgres = await startPostgres({
      databases: ['app', 'guarded'],
      durable: false,
      settings: {
        ssl: 'on',
        ssl_cert_file: certificate,
        ssl_key_file: key,
        ssl_ca_file: join(folder, 'ca.pem'),
        hba_file: join(folder, 'pg_hba.conf'),
      },
    });
    const tlsRedis = async (clients: 'yes' | 'no'): Promise<[RedisServer, number]> => {
      const port = await freePort();
      const files = [
        '--tls-cert-file',
        certificate,
        '--tls-key-file',
        key,
        '--tls-ca-cert-file',
        join(folder, 'ca.pem'),
      ];
      return [await startRedis({ args: ['--tls-port', String(port), ...files, '--tls-auth-clients', clients] }), port];
    };
    [redis, redisPort] = await tlsRedis('no');
    [guardedRedis, guardedPort] = await tlsRedis('yes');
  });

  afterAll(async () => {
    await Promise.all([postgres.stop(), redis.stop(), guardedRedis.stop()]);
    await rm(folder, { recursive: true });
  });

  /** What a test of the connection says of TLS, before any login. */
  async function probes(tls: object): Promise<{ postgres: string; redis: string }> {
    const environment = await opened(tls);
    const said = (name: string): Promise<string> =>
      probeTls(environment.database(name)).catch((error: unknown) => (error as Error).message);
    try {
      const [overPostgres, overRedis] = await Promise.all([said('system'), said('cache')]);
      return { postgres: overPostgres, redis: overRedis };
    } finally {
      await environment.close();
    }
  }

  interface Means {
    readonly guarded?: boolean;
    readonly passwords?: Record<string, string>;
    /** As through a tunnel: this host is known behind it, and a port of this computer leads there. */
    readonly behind?: string;
  }

  function opened(tls: object, { guarded = false, passwords = {}, behind }: Means = {}): Promise<Environment> {
    const port = guarded ? guardedPort : redisPort;
    const url = new URL(postgres.url(guarded ? 'guarded' : 'app'));
    const here = { system: Number(url.port), cache: port };
    if (behind !== undefined) url.host = `${behind}:5432`;
    const via = Object.fromEntries(Object.entries(here).map(([name, at]) => [name, { host: '127.0.0.1', port: at }]));
    return openEnvironment(
      environmentSchema.parse({
        name: 'tls',
        databases: {
          system: { engine: 'postgres', url: url.href, tls },
          cache: { engine: 'redis', url: `rediss://${behind ?? '127.0.0.1'}:${String(port)}/0`, tls },
        },
      }),
      { folder, passwords, ...(behind === undefined ? {} : { via }) },
    );
  }

  async function reaches(tls: object, means: Means = {}): Promise<{ postgres: string; redis: string }> {
    const environment = await opened(tls, means);
    try {
      const overPostgres = await environment.system
        .connect('test')
        .then(async (client) =>
          (await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows[0]
            ?.ssl === true
            ? 'encrypted'
            : 'plain',
        )
        .catch((error: unknown) => (error as Error).message);
      const overRedis = await environment
        .redis('cache')
        .connect('test')
        .then((client) => client.ping())
        .then(() => 'encrypted')
        .catch((error: unknown) => (error as Error).message);
      return { postgres: overPostgres, redis: overRedis };
    } finally {
      await environment.close();
    }
  }
  const unknownSigner: unknown = expect.stringMatching(/unable to verify|self-signed certificate/);
  const client = { mode: 'verify-ca', ca: 'ca.pem', cert: 'client.pem', key: 'client.key' };
  const both = (answer: unknown): unknown => ({ postgres: answer, redis: answer });

  it('encrypts and checks nothing with require', async () => {
    expect(await reaches({ mode: 'require' })).toEqual(both('encrypted'));
  });

  it('checks who signed with verify-ca, and not for whom', async () => {
    expect(await reaches({ mode: 'verify-ca', ca: 'ca.pem' })).toEqual(both('encrypted'));
    expect(await reaches({ mode: 'verify-ca', ca: 'other.pem' })).toEqual(both(unknownSigner));
    expect(await reaches({ mode: 'verify-ca' })).toEqual(both(unknownSigner));
  });

  it('checks also for whom with verify-full, which is what is meant where nothing is said', async () => {
    expect(await reaches({ ca: 'ca.pem', servername: 'db.example' })).toEqual(both('encrypted'));
    expect(await reaches({ mode: 'verify-full', ca: 'ca.pem' })).toEqual(
      both(expect.stringMatching(/does not match|not in the cert's list/)),
    );
    expect(await reaches({ ca: 'ca.pem', servername: 'else.example' })).toEqual(
      both(expect.stringMatching(/does not match/)),
    );
    expect(await reaches({ ca: 'other.pem', servername: 'db.example' })).toEqual(both(unknownSigner));
  });

  it('checks through a tunnel for the host behind it, not for the port of this computer', async () => {
    expect(await reaches({ ca: 'ca.pem' }, { behind: 'db.example' })).toEqual(both('encrypted'));
    expect(await reaches({ ca: 'ca.pem' }, { behind: 'else.example' })).toEqual(
      both(expect.stringMatching(/else\.example.*does not match/)),
    );
  });

  it('lets whoever shows the right certificate in, and says in words why nobody else', async () => {
    const guarded = true;
    expect(await reaches(client, { guarded })).toEqual(both('encrypted'));
    expect(await reaches({ mode: 'verify-ca', ca: 'ca.pem' }, { guarded })).toEqual({
      postgres: expect.stringContaining('connection requires a valid client certificate'),
      redis: expect.stringContaining('wants a client certificate'),
    });
    const stranger = { ...client, cert: 'stranger.pem', key: 'stranger.key' };
    expect(await reaches(stranger, { guarded })).toEqual(
      both(expect.stringContaining('does not accept the client certificate')),
    );
    const colleague = { ...client, cert: 'colleague.pem', key: 'colleague.key' };
    expect(await reaches(colleague, { guarded })).toEqual({
      postgres: expect.stringMatching(/certificate authentication failed|password authentication failed/),
      redis: 'encrypted',
    });
  });

  it('opens an encrypted key with its passphrase, and asks for it where there is none or another', async () => {
    const locked = { ...client, key: 'locked.key' };
    const given = { 'system.tls': 'c4nary-key', 'cache.tls': 'c4nary-key' };
    expect(await reaches(locked, { guarded: true, passwords: given })).toEqual(both('encrypted'));
    vi.stubEnv('ASTRO_TEST_TLS', 'c4nary-key');
    expect(await reaches({ ...locked, passphrase: { env: 'ASTRO_TEST_TLS' } }, { guarded: true })).toEqual(
      both('encrypted'),
    );
    vi.unstubAllEnvs();
    const missing = { code: 'SECRET_UNAVAILABLE', details: { missing: ['system.tls'] } };
    await expect(reaches(locked)).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining('a passphrase'),
    });
    await expect(reaches(locked, { passwords: { 'system.tls': 'c4nary-2' } })).rejects.toMatchObject({
      ...missing,
      message: expect.stringMatching(/^(?!.*c4nary).*another passphrase/),
    });
  });

  it('takes a key from a private file alone, and a certificate with its key alone', async () => {
    if (process.platform !== 'win32') {
      await chmod(join(folder, 'colleague.key'), 0o640);
      await expect(reaches({ ...client, key: 'colleague.key' })).rejects.toMatchObject({
        code: 'SECRET_UNAVAILABLE',
        message: expect.stringContaining('others may read or change colleague.key (mode 0640)'),
        hint: `chmod 600 ${join(folder, 'colleague.key')}`,
      });
      await chmod(join(folder, 'colleague.key'), 0o600);
    }
    const { key: _key, ...alone } = client;
    await expect(reaches(alone)).rejects.toThrow('databases.system.tls.key: a client certificate needs its key');
    await expect(reaches({ ...client, key: 'names' })).rejects.toThrow(/names is no private key|others may read/);
  });

  it('is told by a test of the connection with the certificate, or why it is refused', async () => {
    expect(await probes({ ca: 'ca.pem', servername: 'db.example' })).toEqual(
      both(expect.stringMatching(/^TLSv1\.[23], db\.example, valid until .*\d{4} GMT$/)),
    );
    expect(await probes({ ca: 'other.pem', servername: 'db.example' })).toEqual(both(unknownSigner));
    expect(await probes({ ca: 'ca.pem', servername: 'else.example' })).toEqual(
      both(expect.stringMatching(/does not match/)),
    );
  });

  it('does not encrypt with disable', async () => {
    expect((await reaches({ mode: 'disable' })).postgres).toBe('plain');
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
