const block = 512;

/** Files as a tar archive (POSIX.1-1988 ustar), for names of at most 100 bytes. */
export function tar(files: readonly { readonly name: string; readonly content: string }[], at = new Date()): Buffer {
  const parts = files.flatMap(({ name, content }) => {
    const bytes = Buffer.from(content, 'utf8');
    const padding = Buffer.alloc((block - (bytes.length % block)) % block);
    return [header(name, bytes.length, at), bytes, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(name: string, size: number, at: Date): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  bytes.write(name, 0, 100, 'utf8');
  bytes.write(octal(0o600, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(Math.floor(at.getTime() / 1000), 12), 136);
  // The sum is taken with blanks in its own place.
  bytes.fill(' ', 148, 156);
  bytes.write('0', 156);
  bytes.write('ustar\0' + '00', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
