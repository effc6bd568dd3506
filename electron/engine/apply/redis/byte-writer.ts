/** A buffer that grows while bytes are appended. */
export interface ByteWriter {
  bytes: Buffer;
  at: number;
}

export function byteWriter(size: number): ByteWriter {
  return { bytes: Buffer.allocUnsafe(size), at: 0 };
}

/** Makes room for so many more bytes. */
export function reserve(writer: ByteWriter, more: number): void {
  if (writer.at + more <= writer.bytes.length) return;
  const grown = Buffer.allocUnsafe(Math.max(writer.bytes.length * 2, writer.at + more));
  writer.bytes.copy(grown, 0, 0, writer.at);
  writer.bytes = grown;
}

/** Appends bytes as they are. */
export function append(writer: ByteWriter, from: Buffer, start: number, length: number): void {
  reserve(writer, length);
  const { bytes, at } = writer;
  // Short runs, as most values are, cost less in a loop than in a call of copy.
  if (length < 24) {
    for (let i = 0; i < length; i += 1) bytes[at + i] = from[start + i] ?? 0;
  } else {
    from.copy(bytes, at, start, start + length);
  }
  writer.at = at + length;
}

/** Appends one byte. */
export function appendByte(writer: ByteWriter, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.at++] = byte;
}

/** Appends a whole number in decimal. */
export function appendNumber(writer: ByteWriter, value: number): void {
  reserve(writer, 16);
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits += 1;
  let rest = value;
  for (let i = writer.at + digits - 1; i >= writer.at; i -= 1) {
    writer.bytes[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  writer.at += digits;
}

/** Appends bytes as a bulk string of the Redis protocol. */
export function appendBulk(writer: ByteWriter, from: Buffer, start: number, length: number): void {
  reserve(writer, length + 24);
  writer.bytes[writer.at++] = 0x24;
  appendNumber(writer, length);
  writer.bytes[writer.at++] = 0x0d;
  writer.bytes[writer.at++] = 0x0a;
  append(writer, from, start, length);
  writer.bytes[writer.at++] = 0x0d;
  writer.bytes[writer.at++] = 0x0a;
}

/** Appends a text as a bulk string. */
export function appendBulkText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  appendBulk(writer, bytes, 0, bytes.length);
}

const shortEscapes = new Map([
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x22, '"'],
  [0x5c, '\\'],
]);

const jsonEscapes: readonly (Buffer | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const short = shortEscapes.get(byte);
  if (short !== undefined) return Buffer.from(`\\${short}`);
  return byte < 0x20 ? Buffer.from(`\\u00${byte.toString(16).padStart(2, '0')}`) : undefined;
});

/** Appends UTF-8 bytes as a JSON string, exactly as JSON.stringify writes it. */
export function appendJson(writer: ByteWriter, from: Buffer, start: number, length: number): void {
  reserve(writer, length * 6 + 2);
  const { bytes } = writer;
  let { at } = writer;
  bytes[at++] = 0x22;
  for (let i = start; i < start + length; i += 1) {
    const byte = from[i] ?? 0;
    const escape = byte < 0x5d ? jsonEscapes[byte] : undefined;
    if (escape === undefined) bytes[at++] = byte;
    else at += escape.copy(bytes, at);
  }
  bytes[at++] = 0x22;
  writer.at = at;
}

/** Appends a value percent-encoded where flags says so. */
export function appendEncoded(
  writer: ByteWriter,
  flags: Uint8Array,
  from: Buffer,
  start: number,
  length: number,
): void {
  reserve(writer, length * 3);
  const { bytes } = writer;
  let { at } = writer;
  for (let i = start; i < start + length; i += 1) {
    const byte = from[i] ?? 0;
    if (flags[byte] === 1) {
      bytes[at++] = 0x25;
      bytes[at++] = hexDigit(byte >> 4);
      bytes[at++] = hexDigit(byte & 15);
    } else {
      bytes[at++] = byte;
    }
  }
  writer.at = at;
}

function hexDigit(value: number): number {
  return value < 10 ? 48 + value : 55 + value;
}
