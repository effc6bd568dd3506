import type { EncodedBatch } from './entity-encoder';

/** Where the parts of one entity lie in an encoded batch; the same object for every entity, valid during the visit. */
export interface EntitySpan {
  /** The key's bulk string in batch.keys. */
  keyFrom: number;
  keyTo: number;
  /** The text of its index entries in batch.data. */
  entriesFrom: number;
  entriesTo: number;
  /** How many values the image has: pairs of field and value for a hash. */
  values: number;
  /** The bulk strings of the image in batch.data. */
  imageFrom: number;
  imageTo: number;
}

/** A bulk string: the place of its text, and the place after it. */
export interface Bulk {
  from: number;
  to: number;
  next: number;
}

/** Reads the bulk string at a place. */
export function readBulk(bytes: Buffer, at: number, bulk: Bulk): void {
  let length = 0;
  let place = at + 1;
  for (let byte = bytes[place] ?? 0; byte !== 0x0d; byte = bytes[place] ?? 0x0d) {
    length = length * 10 + byte - 48;
    place += 1;
  }
  bulk.from = place + 2;
  bulk.to = bulk.from + length;
  bulk.next = bulk.to + 2;
}

/** Visits the entities of a batch in order. @param width bulk strings of one value: 2 for a hash, 1 for a text */
export function walkBatch(batch: EncodedBatch, width: 1 | 2, visit: (span: Readonly<EntitySpan>) => void): void {
  const { keys, data, count } = batch;
  const bulk: Bulk = { from: 0, to: 0, next: 0 };
  const span = { keyFrom: 0, keyTo: 0, entriesFrom: 0, entriesTo: 0, values: 0, imageFrom: 0, imageTo: 0 };
  for (let entity = 0; entity < count; entity += 1) {
    span.keyFrom = span.keyTo;
    readBulk(keys, span.keyFrom, bulk);
    span.keyTo = bulk.next;
    readBulk(data, span.imageTo, bulk);
    span.entriesFrom = bulk.from;
    span.entriesTo = bulk.to;
    readBulk(data, bulk.next, bulk);
    span.values = Number(data.toString('latin1', bulk.from, bulk.to));
    span.imageFrom = bulk.next;
    for (let left = span.values * width; left > 0; left -= 1) readBulk(data, bulk.next, bulk);
    span.imageTo = bulk.next;
    visit(span);
  }
}
