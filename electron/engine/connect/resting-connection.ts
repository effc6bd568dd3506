import type { Client } from 'pg';
import type { LentConnection, KeptConnections } from './kept-connections';

/** One connection that is opened when it is first asked for, and given back while nobody needs it. */
export interface RestingConnection {
  /** @throws SyncError CONNECT_FAILED */
  client(): Promise<Client>;
  /** Gives the connection back; the next call of client() may get another. No statement may be running, no transaction open. */
  rest(): void;
  /** Ends it for good, whatever it is doing. */
  end(): Promise<void>;
}

/** @param prepare called with each connection before it is used */
export function restingConnection(
  database: KeptConnections,
  purpose: string,
  prepare: (client: Client) => Promise<unknown> = () => Promise.resolve(),
): RestingConnection {
  let opening: Promise<LentConnection> | null = null;
  let opened: LentConnection | null = null;

  const open = async (): Promise<LentConnection> => {
    const lent = await database.lend(purpose);
    try {
      await prepare(lent.client);
    } catch (error) {
      await lent.client.end().catch(() => undefined);
      throw error;
    }
    opened = lent;
    return lent;
  };

  return {
    async client() {
      opening ??= open();
      try {
        return (await opening).client;
      } catch (error) {
        opening = null;
        throw error;
      }
    },
    rest() {
      opened?.giveBack();
      opened = opening = null;
    },
    async end() {
      const lent = await opening?.catch(() => null);
      await lent?.client.end().catch(() => undefined);
      opened = opening = null;
    },
  };
}
