import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PostgresDatabase } from './postgres';
import type { RedisDatabase } from './redis';

/** Length and code of PostgreSQL's SSLRequest: the one message that is sent in the clear before TLS begins. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Opens a connection to where the database is reached and closes it again. @returns the address that answered */
export async function probeConnection(database: PostgresDatabase | RedisDatabase): Promise<string> {
  const socket = await opened(database);
  const address = `${socket.remoteAddress ?? ''}:${String(socket.remotePort ?? '')}`;
  socket.destroy();
  return address;
}

/**
 * Agrees on TLS with a database as a login would, and leaves before one.
 * @returns the protocol, and whom the certificate is for and until when
 * @throws Error with the reason of the server, of the certificate or of the network
 */
export async function probeTls(database: PostgresDatabase | RedisDatabase): Promise<string> {
  const { tls, connectTimeoutMs } = database.config;
  const socket = await opened(database);
  try {
    if (database.engine === 'postgres') {
      socket.write(sslRequest);
      const [answer] = await once<Buffer>(socket, 'data', connectTimeoutMs);
      if (String.fromCharCode(answer?.[0] ?? 0) !== 'S') throw new Error('the server does not offer TLS');
    }
    const secure = connectTls({ ...tls, socket });
    await once(secure, 'secureConnect', connectTimeoutMs);
    const { subject, valid_to: until } = secure.getPeerCertificate();
    // A certificate without a subject is possible: its names stand elsewhere.
    const name = (subject as { readonly CN?: string } | undefined)?.CN ?? 'a certificate without a name';
    return `${secure.getProtocol() ?? 'TLS'}, ${name}, valid until ${until}`;
  } finally {
    socket.destroy();
  }
}

async function opened({ config }: PostgresDatabase | RedisDatabase): Promise<Socket> {
  const { host, port } = config.via ?? config;
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', config.connectTimeoutMs);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function once<T>(socket: Socket, event: string, timeoutMs: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      socket.off(event, heard);
      socket.off('error', failed);
      socket.off('close', closed);
    };
    const heard = (...values: T[]): void => {
      end();
      resolve(values);
    };
    const failed = (error: Error): void => {
      end();
      reject(error);
    };
    const closed = (): void => {
      failed(new Error('the other end closed the connection'));
    };
    const timer = setTimeout(() => {
      failed(Object.assign(new Error(`no answer within ${String(timeoutMs / 1000)} s`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.on(event, heard);
    socket.on('error', failed);
    socket.on('close', closed);
  });
}
