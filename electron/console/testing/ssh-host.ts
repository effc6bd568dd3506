import { createHmac, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection } from 'ssh2';

/** A pair of keys: the private one as a file holds it, the public one as a line of authorized_keys. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A real SSH server on this computer that lets one key in and forwards wherever it is asked to. */
export interface SshHost {
  readonly port: number;
  readonly key: KeyPair;
  /** How many logins there were. */
  logins(): number;
  /** Cuts every connection, as a network would. */
  cut(): void;
  stop(): Promise<void>;
}

/**
 * A new pair of keys. ECDSA: about one in 256 of the Ed25519 pairs that ssh2 1.17 makes cannot be read back.
 *
 * @param passphrase encrypts the private key
 */
export function newKey(passphrase?: string): KeyPair {
  const encrypted = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 };
  return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, ...encrypted });
}

/** @param user the one key that may log in, as `deploy` */
export async function startSshHost(user: KeyPair, key: KeyPair = newKey()): Promise<SshHost> {
  const allowed = ssh2.utils.parseKey(user.public);
  if (allowed instanceof Error) throw allowed;
  const connections = new Set<Connection>();
  let logins = 0;
  const server = new ssh2.Server({ hostKeys: [key.private] }, (client) => {
    connections.add(client);
    // As OpenSSH does; the types do not know it.
    (client as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    client.on('error', () => undefined);
    client.on('close', () => connections.delete(client));
    client.on('authentication', (context) => {
      const isKey = context.method === 'publickey' && context.key.data.equals(allowed.getPublicSSH());
      if (context.username !== 'deploy' || !isKey) {
        context.reject(['publickey']);
        return;
      }
      const { signature, blob } = context;
      if (signature !== undefined && !allowed.verify(blob ?? Buffer.alloc(0), signature)) {
        context.reject();
        return;
      }
      if (signature !== undefined) logins += 1;
      context.accept();
    });
    client.on('ready', () => {
      client.on('tcpip', (accept, reject, { destIP, destPort }) => {
        const target = connect({ host: destIP, port: destPort, noDelay: true });
        target.once('error', () => {
          reject();
        });
        target.once('connect', () => {
          target.removeAllListeners('error');
          const channel = accept();
          channel.on('error', () => target.destroy());
          target.on('error', () => {
            channel.end();
          });
          channel.pipe(target).pipe(channel);
        });
      });
    });
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    key,
    logins: () => logins,
    cut() {
      for (const connection of connections) connection.end();
    },
    async stop() {
      for (const connection of connections) connection.end();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A line of known_hosts for a host on a port of this computer. */
export function knownHostLine(port: number, key: KeyPair, how: 'plain' | 'hashed' = 'plain'): string {
  const name = `[127.0.0.1]:${String(port)}`;
  const [type = '', blob = ''] = key.public.split(' ');
  if (how === 'plain') return `${name} ${type} ${blob}\n`;
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash} ${type} ${blob}\n`;
}
