import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { SyncError } from '../../engine/errors';
import { portWasTaken } from './server-process';

// Below the ports that Linux, macOS and Windows give to outgoing connections: one of those must not take a server's port while it restarts.
const lowest = 15_000;
const highest = 32_000;

/** Launches a server on a free port, and on another one where somebody took it in between. */
export async function onFreePort<T>(launch: (port: number) => Promise<T>): Promise<{ port: number; launched: T }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    try {
      return { port, launched: await launch(port) };
    } catch (error) {
      if (tries >= 10 || !portWasTaken(error)) throw error;
    }
  }
}

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. Somebody may take it before the caller does: try again then. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
  throw new SyncError('SERVER_FAILED', `no free port found between ${lowest} and ${highest} on 127.0.0.1`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
