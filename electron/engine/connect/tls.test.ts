import { execFileSync, spawnSync } from 'node:child_process';
import { chown, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentSchema } from '../../../shared/definitions/environment';
import { startPostgres } from '../../sandbox/servers/postgres';
import type { PostgresServer } from '../../sandbox/servers/postgres';
import { temporaryFolder } from '../../sandbox/servers/reachable-folder';
import { startRedis } from '../../sandbox/servers/redis';
import type { RedisServer } from '../../sandbox/servers/redis';
import { serverUser } from '../../sandbox/servers/server-user';
import { openEnvironment } from './environment';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A server whose certificate is of db.example, signed by ca.pem; other.pem is an authority that has signed nothing. */
describe.skipIf(!hasOpenssl)('TLS', () => {
  let folder: string;
  let postgres: PostgresServer;
  let redis: RedisServer;
  let redisPort: number;

  beforeAll(async () => {
    const user = await serverUser();
    folder = await temporaryFolder(user, 'tls');
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    for (const name of ['ca', 'other']) {
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-days',
        '2',
        '-subj',
        `/CN=${name}`,
      );
    }
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
      '-subj',
      '/CN=db.example',
    );
    await writeFile(join(folder, 'names'), 'subjectAltName=DNS:db.example');
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'names',
      '-out',
      'server.pem',
    );
    if (user !== null) await chown(join(folder, 'server.key'), user.uid, user.gid);
    const certificate = join(folder, 'server.pem');
    const key = join(folder, 'server.key');
    postgres = await startPostgres({
      databases: ['app'],
      durable: false,
      settings: { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key },
    });
    redisPort = await freePort();
    redis = await startRedis({
      args: [
        '--tls-port',
        String(redisPort),
        '--tls-cert-file',
        certificate,
        '--tls-key-file',
        key,
        '--tls-ca-cert-file',
        join(folder, 'ca.pem'),
        '--tls-auth-clients',
        'no',
      ],
    });
  });

  afterAll(async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(folder, { recursive: true });
  });

  async function reaches(tls: object): Promise<{ postgres: string; redis: string }> {
    const environment = await openEnvironment(
      environmentSchema.parse({
        name: 'tls',
        databases: {
          system: { engine: 'postgres', url: postgres.url('app'), tls },
          cache: { engine: 'redis', url: `rediss://127.0.0.1:${String(redisPort)}/0`, tls },
        },
      }),
      { folder },
    );
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
