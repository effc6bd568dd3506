import { createHash } from 'node:crypto';
import { append, appendByte, appendNumber, byteWriter } from './byte-writer';
import type { ByteWriter } from './byte-writer';
import { readBulk, walkBatch } from './batch-walk';
import type { EncodedBatch } from './entity-encoder';
import { digestLua } from './lua/digest';
import { redisScript } from './redis-script';
import type { RedisWork } from './work';

const digestScript = redisScript(digestLua);

/**
 * True where Redis holds exactly these entities, with their index entries, as the sync would write them. One digest of a batch
 * goes over the wire instead of its values. False may also mean that it could not be told, as for a field order that Redis chose.
 * Not for datasets with a TTL.
 */
export async function holdsExactly(work: RedisWork, batch: EncodedBatch): Promise<boolean> {
  const width = work.target.kind === 'hash' ? 2 : 1;
  const keyArguments: EncodedBatch = { ...batch, argumentCount: batch.count, data: Buffer.alloc(0) };
  const expected = expectedDigest(batch, width);
  if (expected === null) return false;
  const reply = await work.run(
    digestScript,
    'd',
    [width === 2 ? 'h' : 'v', String(work.database.config.db)],
    keyArguments,
  );
  return (reply as [number, Buffer])[1].toString('latin1') === expected;
}

/** The digest that the script gives where all is as it should be; null where an entity of the batch should not exist. */
function expectedDigest(batch: EncodedBatch, width: 1 | 2): string | null {
  const images: ByteWriter = byteWriter(batch.data.length + 1024);
  const lines: ByteWriter = byteWriter(1024);
  const bulk = { from: 0, to: 0, next: 0 };
  let present = 0;
  walkBatch(batch, width, ({ values, imageFrom, imageTo, entriesFrom, entriesTo }) => {
    if (values > 0) present += 1;
    if (images.at > 0) appendByte(images, 0);
    if (width === 2) appendNumber(images, values * 2);
    for (let at = imageFrom; at < imageTo; at = bulk.next) {
      readBulk(batch.data, at, bulk);
      if (width === 2) appendByte(images, 0);
      append(images, batch.data, bulk.from, bulk.to - bulk.from);
    }
    appendByte(lines, 0);
    append(lines, batch.data, entriesFrom, entriesTo - entriesFrom);
  });
  if (present < batch.count) return null;
  const hash = createHash('sha1').update(images.bytes.subarray(0, images.at));
  return hash.update(lines.bytes.subarray(0, lines.at)).digest('hex');
}
