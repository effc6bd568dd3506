import { randomUUID } from 'node:crypto';
import { Command } from 'ioredis';
import type { Redis } from 'ioredis';
import { cutOnCancel } from '../../connect/cut-on-cancel';
import { redisError } from '../../connect/redis-errors';
import { walkBatch } from './batch-walk';
import type { ByteWriter } from './byte-writer';
import { append, appendBulkText, appendByte, appendNumber, byteWriter } from './byte-writer';
import type { EncodedBatch } from './entity-encoder';
import { stopIfCancelled } from './work';
import type { RedisWork } from './work';

/** Writes batches of entities that are not there yet, faster than a script: its arguments need not pass through Lua. */
export interface Loader {
  /** True where the batch was written whole; false where nothing was, and the script has to say why or to write it. */
  load(batch: EncodedBatch): Promise<boolean>;
  close(): void;
}

/**
 * Opens a loader on a connection of its own, for a dataset without TTL and indexes.
 *
 * Each batch is one MULTI, whose EXEC is sent only after the fence was read under WATCH and none of the keys was found; replies of
 * the queued commands are switched off. Whether the EXEC took place shows in a token that it sets.
 * @param nothingThere no key of the template exists, so that none need be looked for
 */
export async function openLoader(work: RedisWork, nothingThere: boolean): Promise<Loader | null> {
  const { context, control, database, target } = work;
  if (context.write === null) return null;
  const { fence, runId } = context.write;
  const redis = await database.connect(`load ${work.dataset.name}`);
  if (!(await canSilence(redis))) {
    redis.disconnect();
    return null;
  }
  const uncut = cutOnCancel(context.signal, () => redis.disconnect());
  let turn: Promise<unknown> = Promise.resolve();

  const load = async (batch: EncodedBatch, sent: () => void): Promise<boolean> => {
    const at = String(Math.floor(Date.now() / 1000));
    const token = randomUUID();
    const commands = loadCommands(batch, target.kind === 'hash' ? 2 : 1, control.owned, [
      ['HSET', control.applied, 'run', runId, 'at', at, 'load', token],
      ['HINCRBY', control.applied, 'batch', '1'],
    ]);
    if (commands === null) return false;
    const state = (): Promise<(string | null)[]> => redis.hmget(control.applied, 'fence', 'batch', 'load');
    const [, before, there] = await Promise.all([
      redis.watch(control.applied),
      state(),
      sendRaw(redis, [nothingThere ? Buffer.from(command(['EXISTS', ''])) : existsCommand(batch), commands]),
    ]);
    const mine = before[0] === fence && Number(before[1] ?? '0') >= work.acknowledged();
    const end = mine && there === 0 ? 'EXEC' : 'DISCARD';
    const done = sendRaw(redis, [Buffer.from(command([end]) + command(['CLIENT', 'REPLY', 'ON']))]);
    const answers = Promise.all([done, state()]);
    sent();
    const [, after] = await answers;
    if (after[2] !== token) return false;
    work.acknowledge(Number(after[1]));
    return true;
  };

  return {
    async load(batch) {
      const previous = turn;
      let sent: () => void = () => undefined;
      turn = new Promise<void>((resolve) => {
        sent = resolve;
      });
      try {
        await previous;
        return await load(batch, sent);
      } catch (cause) {
        stopIfCancelled(work);
        throw redisError(database.label, cause);
      } finally {
        sent();
      }
    },
    close() {
      uncut();
      redis.disconnect();
    },
  };
}

/** False where this user may not switch replies off. */
async function canSilence(redis: Redis): Promise<boolean> {
  return redis.call('CLIENT', 'REPLY', 'ON').then(
    () => true,
    () => false,
  );
}

/** Sends bytes of the protocol that give exactly one reply. */
function sendRaw(redis: Redis, buffers: readonly Buffer[]): Promise<unknown> {
  const raw = new Command('client', []);
  raw.toWritable = () => (buffers.length === 1 ? (buffers[0] ?? Buffer.alloc(0)) : Buffer.concat(buffers));
  return redis.sendCommand(raw) as Promise<unknown>;
}

function existsCommand({ keys, count }: EncodedBatch): Buffer {
  return Buffer.concat([Buffer.from(`*${String(count + 1)}\r\n$6\r\nEXISTS\r\n`), keys]);
}

/** CLIENT REPLY OFF, MULTI and the writes of a batch: its entities, their lines in the ledger, the given commands; null where an entity of the batch should not exist. */
function loadCommands(
  batch: EncodedBatch,
  width: 1 | 2,
  owned: string,
  last: readonly (readonly string[])[],
): Buffer | null {
  const writer = byteWriter(batch.keys.length * 2 + batch.data.length + batch.count * 48 + 1024);
  const ledger = byteWriter(batch.keys.length + batch.count * 8);
  const texts = byteWriter(width === 1 ? batch.keys.length + batch.data.length : 0);
  let present = 0;
  appendText(writer, command(['CLIENT', 'REPLY', 'OFF']) + command(['MULTI']));
  walkBatch(batch, width, ({ keyFrom, keyTo, values, imageFrom, imageTo }) => {
    if (values === 0) return;
    present += 1;
    append(ledger, batch.keys, keyFrom, keyTo - keyFrom);
    append(ledger, emptyBulk, 0, emptyBulk.length);
    const to = width === 2 ? writer : texts;
    if (width === 2) {
      appendByte(writer, 0x2a);
      appendNumber(writer, 2 + 2 * values);
      append(writer, hsetBulk, 0, hsetBulk.length);
    }
    append(to, batch.keys, keyFrom, keyTo - keyFrom);
    append(to, batch.data, imageFrom, imageTo - imageFrom);
  });
  if (present < batch.count) return null;
  if (width === 1) {
    appendText(writer, `*${String(1 + 2 * present)}\r\n$4\r\nMSET\r\n`);
    append(writer, texts.bytes, 0, texts.at);
  }
  appendText(writer, `*${String(2 + 2 * present)}\r\n$4\r\nHSET\r\n`);
  appendBulkText(writer, owned);
  append(writer, ledger.bytes, 0, ledger.at);
  appendText(writer, last.map(command).join(''));
  return writer.bytes.subarray(0, writer.at);
}

const hsetBulk = Buffer.from('\r\n$4\r\nHSET\r\n');
const emptyBulk = Buffer.from('$0\r\n\r\n');

function command(parts: readonly string[]): string {
  return `*${String(parts.length)}\r\n${parts.map((part) => `$${String(Buffer.byteLength(part))}\r\n${part}\r\n`).join('')}`;
}

function appendText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  append(writer, bytes, 0, bytes.length);
}
