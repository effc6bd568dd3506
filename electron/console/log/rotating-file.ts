import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { dirname } from 'node:path';

export interface RotatingFile {
  write(line: string): void;
}

/**
 * A text file that never grows beyond a size: the full one becomes `<path>.1`, that one `<path>.2`, and so on; the oldest goes.
 * Writes at once, so that the last words before a crash are there. Several processes may write to one. A disk that is full or gone
 * silences it: a log must not end what it tells of.
 * @param bytes how large the file may grow
 * @param keep how many old ones stay
 */
export function rotatingFile(path: string, bytes: number, keep: number): RotatingFile {
  const sizeNow = (): number => (existsSync(path) ? statSync(path).size : 0);
  let size = 0;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    size = sizeNow();
  } catch {
    // The first write will fail as well.
  }
  const turn = (length: number): void => {
    size = sizeNow();
    // Another process may have turned it already.
    if (size === 0 || size + length <= bytes) return;
    rmSync(`${path}.${keep}`, { force: true });
    for (let age = keep - 1; age >= 1; age -= 1) {
      if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
    }
    renameSync(path, `${path}.1`);
    size = 0;
  };
  return {
    write(line) {
      try {
        const length = Buffer.byteLength(line);
        if (size > 0 && size + length > bytes) turn(length);
        appendFileSync(path, line, { mode: 0o600 });
        size += length;
      } catch {
        return;
      }
    },
  };
}
