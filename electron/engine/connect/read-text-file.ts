import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { inGoodTime } from './in-good-time';

/** What is larger is no file of definitions. */
export const largestText = 5_000_000;

/** Why the text of a file cannot be had, in words that go behind its name. */
export class NoText extends Error {}

/**
 * The text of a regular file that is no larger than a definition. Of a device, a pipe or a file that is written while it is read not
 * more than that is taken, and a file system that does not answer is not waited for.
 * @throws NoText, saying what is wrong with the file
 */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await inGoodTime(read(file), () => new NoText('does not answer: its file system may be away'));
  } catch (cause) {
    if (cause instanceof NoText) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    throw new NoText(reasons[code] ?? 'cannot be read as UTF-8 text', { cause });
  }
}

async function read(file: string): Promise<string> {
  // Without waiting for somebody to write into a pipe; what is no regular file is only looked at.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = await handle.stat();
    if (facts.isDirectory()) throw new NoText('is a folder, a file was expected');
    if (!facts.isFile()) throw new NoText('is no file');
    if (facts.size > largestText) throw tooLarge();
    // The size of a file that is being written, or that the system makes up, says nothing.
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(65_536), 0, 65_536, null);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > largestText) throw tooLarge();
      parts.push(buffer.subarray(0, bytesRead));
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } finally {
    await handle.close();
  }
}

function tooLarge(): NoText {
  return new NoText(`is larger than ${String(largestText / 1_000_000)} MB: it is no definition file`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, a file was expected',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ENOTDIR: 'there is no such file',
  ENXIO: 'is no file',
};
