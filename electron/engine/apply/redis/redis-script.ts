import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'ioredis';
import type { Redis } from 'ioredis';
import { byteWriter, append, appendBulkText, reserve } from './byte-writer';
import type { EncodedBatch } from './entity-encoder';
import { isPassing, redisError, redisErrorWord } from '../../connect/redis-errors';

/** A Lua script and the digest under which a server keeps it. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

export interface ScriptCall {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** Entities, as further arguments. */
  readonly batch?: EncodedBatch;
}

/** A script from its source. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

const firstPauseMs = 50;
const longestPauseMs = 2_000;
const patienceMs = 30_000;

/**
 * Runs a script and gives its reply: numbers, Buffers, lists. A server that does not know it is taught; one that is loading or busy
 * is asked again for up to half a minute.
 * @throws SyncError as redisError gives it
 */
export async function callScript(
  redis: Redis,
  label: string,
  call: ScriptCall,
  signal?: AbortSignal,
): Promise<unknown> {
  const bytes = encodeCall(call);
  const until = Date.now() + patienceMs;
  for (let wait = firstPauseMs; ; wait = Math.min(wait * 2, longestPauseMs)) {
    try {
      return await send(redis, bytes);
    } catch (cause) {
      if (redisErrorWord(cause) === 'NOSCRIPT') {
        await redis.script('LOAD', call.script.source).catch((failure: unknown) => {
          throw redisError(label, failure);
        });
        continue;
      }
      if (!isPassing(cause) || Date.now() + wait > until || signal?.aborted === true) throw redisError(label, cause);
      await pause(wait);
    }
  }
}

/** Sends bytes of the Redis protocol as one command through the client's queue: thousands of arguments cost no copies of their own. */
function send(redis: Redis, bytes: Buffer): Promise<unknown> {
  const command = new Command('evalsha', []);
  command.toWritable = () => bytes;
  return redis.sendCommand(command) as Promise<unknown>;
}

function encodeCall({ script, keys, args, batch }: ScriptCall): Buffer {
  const length = 3 + keys.length + args.length + (batch?.argumentCount ?? 0);
  const writer = byteWriter(1024);
  const start = Buffer.from(`*${String(length)}\r\n`);
  append(writer, start, 0, start.length);
  for (const text of ['EVALSHA', script.sha, String(keys.length), ...keys, ...args]) appendBulkText(writer, text);
  if (batch !== undefined) {
    reserve(writer, batch.keys.length + batch.data.length);
    append(writer, batch.keys, 0, batch.keys.length);
    append(writer, batch.data, 0, batch.data.length);
  }
  return writer.bytes.subarray(0, writer.at);
}
