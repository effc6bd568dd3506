import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** So long a server may take to close a connection that it is asked to. */
const withinMs = 3000;

/**
 * Lets the end of a connection be waited for without being held up: the driver (8.23) waits for the socket to be closed, which may
 * never come from a network that went dead, nor where TLS was refused before.
 */
export function boundEnd(client: pg.Client): void {
  const end = client.end.bind(client);
  const bounded = async (): Promise<void> => {
    const stream: Duplex & { readonly readyState?: string } = client.connection.stream;
    const isClosed = stream.readyState === 'closed';
    const ended = end();
    ended.catch(() => undefined);
    if (isClosed) {
      stream.destroy();
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        stream.destroy();
        resolve();
      }, withinMs);
    });
    await Promise.race([ended, late]).finally(() => {
      clearTimeout(timer);
    });
  };
  Object.assign(client, { end: bounded });
}
