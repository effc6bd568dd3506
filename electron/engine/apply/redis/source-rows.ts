import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** One row of text values where they lie: valid only until the next row is read. */
export interface SourceRow {
  bytes: Buffer;
  readonly offsets: Int32Array;
  /** -1 for NULL */
  readonly lengths: Int32Array;
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

/** A row of this many fields. */
export function emptyRow(width: number): SourceRow {
  return { bytes: Buffer.alloc(0), offsets: new Int32Array(width), lengths: new Int32Array(width) };
}

/** Puts text values into a row. */
export function fillRow(row: SourceRow, values: readonly (string | null)[]): void {
  row.bytes = Buffer.from(values.join(''));
  let offset = 0;
  values.forEach((value, i) => {
    row.offsets[i] = offset;
    row.lengths[i] = value === null ? -1 : Buffer.byteLength(value);
    offset += Math.max(0, row.lengths[i] ?? 0);
  });
}

/** The text of a field, null for NULL. */
export function rowText(row: SourceRow, field: number): string | null {
  const length = row.lengths[field] ?? -1;
  if (length < 0) return null;
  const offset = row.offsets[field] ?? 0;
  return row.bytes.toString('utf8', offset, offset + length);
}

/**
 * Streams the rows of a SELECT whose fields are all text, by binary COPY: the bytes of a value come as they are, with their
 * length before them, so nothing needs to be unescaped. onRow is called for each row; between chunks rested() may wait.
 */
export async function streamRows(
  client: Client,
  select: string,
  width: number,
  onRow: (row: SourceRow) => void,
  rested: () => Promise<void> | undefined,
): Promise<number> {
  const stream = client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`));
  const row = emptyRow(width);
  let rest: Buffer | null = null;
  let started = false;
  let rows = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    const bytes: Buffer = rest === null ? piece : Buffer.concat([rest, piece]);
    let at = 0;
    if (!started) {
      if (bytes.length < signature.length + 8) {
        rest = bytes;
        continue;
      }
      at = signature.length + 8 + bytes.readInt32BE(signature.length + 4);
      started = true;
    }
    row.bytes = bytes;
    for (let end = readTuple(bytes, at, row); end > 0; end = readTuple(bytes, at, row)) {
      at = end;
      rows += 1;
      onRow(row);
    }
    rest = at < bytes.length ? bytes.subarray(at) : null;
    await rested();
  }
  return rows;
}

/** Reads one tuple at a place; gives the place after it, or 0 where it is not whole or the trailer. */
function readTuple(bytes: Buffer, start: number, row: SourceRow): number {
  const end = bytes.length;
  let at = start + 2;
  if (at > end || (bytes[start] ?? 0) >= 0x80) return 0;
  const { offsets, lengths } = row;
  for (let field = 0; field < offsets.length; field += 1) {
    if (at + 4 > end) return 0;
    const length = bytes.readInt32BE(at);
    at += 4;
    offsets[field] = at;
    lengths[field] = length;
    if (length > 0) at += length;
    if (at > end) return 0;
  }
  return at;
}
