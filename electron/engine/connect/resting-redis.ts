import type { Redis } from 'ioredis';
import type { RedisDatabase } from './redis';

/** One connection to a Redis that is opened when it is first asked for, and closed while nobody needs it. */
export interface RestingRedis {
  /** @throws SyncError CONNECT_FAILED, and what checking throws */
  client(): Promise<Redis>;
  /** Closes the connection; the next call of client() opens another. */
  rest(): void;
  /** Closes it for good: what waits for an answer fails, as does whatever is asked from then on. */
  end(): void;
}

/** @param check called with each connection before it is used */
export function restingRedis(
  database: RedisDatabase,
  purpose: string,
  check: (redis: Redis) => Promise<unknown> = () => Promise.resolve(),
): RestingRedis {
  let opening: Promise<Redis> | null = null;
  let ended = false;

  const open = async (): Promise<Redis> => {
    const redis = await database.connect(purpose);
    try {
      await check(redis);
      return redis;
    } catch (error) {
      redis.disconnect();
      throw error;
    }
  };

  const rest = (): void => {
    opening?.then(
      (redis) => redis.disconnect(),
      () => undefined,
    );
    opening = null;
  };

  return {
    async client() {
      if (ended) throw new Error('Connection is closed.');
      const mine = (opening ??= open());
      try {
        return await mine;
      } catch (error) {
        if (opening === mine) opening = null;
        throw error;
      }
    },
    rest,
    end() {
      ended = true;
      rest();
    },
  };
}
