import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import type { Tunnel } from '../../../shared/contract/profile';
import type { Via } from '../../engine/connect/environment';
import { dial } from './dial';
import type { TellHop } from './dial';
import { tunnelError } from './ssh-login';

/** Where a database is, as its far end sees it. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Ports of this computer that lead through one SSH connection to databases behind it. */
export interface OpenTunnel {
  /** By name of the database. */
  readonly via: Readonly<Record<string, Via>>;
  /** Goes the whole way to a database and back. @throws SyncError TUNNEL_FAILED, naming the hop */
  attempt(database: string): Promise<void>;
  /**
   * The computer slept, or has another network: dials anew where the SSH host does not answer soon, and at once where that was to be
   * tried later.
   */
  probe(): void;
  close(): Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** How long an SSH host may take to answer that it is still there; its keep-alive asks seldom. */
const answerMs = 3000;

/**
 * Logs in and opens a port for each database. A connection that is lost is dialled again, with longer and longer pauses, as long
 * as the tunnel is open; what wants through meanwhile waits for the next try and fails with it.
 * @param onDial called at the beginning of each dial, and gives what is told of its hops
 * @throws SyncError TUNNEL_FAILED, SECRET_UNAVAILABLE
 */
export async function openTunnel(
  tunnel: Tunnel,
  targets: Readonly<Record<string, Target>>,
  passphrase: string | undefined,
  onDial: () => TellHop = () => () => undefined,
): Promise<OpenTunnel> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  let closed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let connection: Promise<Client> | null = null;

  const dialled = (): Promise<Client> => {
    connection ??= dial(tunnel, passphrase, onDial()).then(
      (client) => {
        failures = 0;
        client.on('error', () => undefined);
        client.once('close', () => {
          connection = null;
          redialLater();
        });
        return client;
      },
      (error: unknown) => {
        connection = null;
        failures += 1;
        redialLater();
        throw error;
      },
    );
    return connection;
  };
  const redialLater = (): void => {
    if (closed || timer !== null) return;
    timer = setTimeout(
      () => {
        timer = null;
        if (!closed) dialled().catch(() => undefined);
      },
      Math.min(longestPauseMs, firstPauseMs * 2 ** failures),
    );
    timer.unref();
  };
  const channelTo = async ({ host, port }: Target): Promise<ClientChannel> => {
    const client = await dialled();
    return new Promise((resolve, reject) => {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else
          reject(
            tunnelError(
              tunnel,
              `cannot reach ${host}:${String(port)} from there (${error.message})`,
              'Is the database up, and may that host reach it?',
              error,
            ),
          );
      });
    });
  };
  const probe = (): void => {
    if (closed) return;
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
      failures = 0;
    }
    const ask = (client: Client): void => {
      const late = setTimeout(() => client.destroy(), answerMs);
      late.unref();
      // Nothing is forwarded from there, which is what it answers: whatever it says, it is there.
      client.unforwardIn('127.0.0.1', 1, () => {
        clearTimeout(late);
      });
    };
    dialled()
      .then(ask)
      .catch(() => undefined);
  };
  const close = async (): Promise<void> => {
    closed = true;
    if (timer !== null) clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    (await connection?.catch(() => null))?.end();
  };

  try {
    await dialled();
    const via: Record<string, Via> = {};
    for (const [name, target] of Object.entries(targets)) {
      const server = createServer({ noDelay: true }, (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        socket.on('error', () => socket.destroy());
        channelTo(target).then(
          (channel) => {
            join(socket, channel);
          },
          () => socket.destroy(),
        );
      });
      servers.push(server);
      via[name] = { host: '127.0.0.1', port: await listening(server) };
    }
    return {
      via,
      async attempt(database) {
        const target = targets[database];
        if (target !== undefined) (await channelTo(target)).destroy();
      },
      probe,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function join(socket: Socket, channel: ClientChannel): void {
  channel.on('error', () => socket.destroy());
  channel.on('close', () => socket.destroy());
  socket.on('close', () => channel.destroy());
  if (socket.destroyed) channel.destroy();
  else socket.pipe(channel).pipe(socket);
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
