import { closeSync, openSync, rmSync, statSync } from 'node:fs';

/** A change takes a millisecond or two; whoever holds a file for longer has ended in the middle. */
const staleMs = 5000;
const againMs = 5;

/**
 * Does something while no other process of ours does the same to a file (two consoles, a desktop and a console): otherwise each
 * would write what it had read, and the change of one would be lost.
 * @param path the file; its lock lies beside it
 */
export function locked<T>(path: string, work: () => T): T {
  const lock = `${path}.lock`;
  const held = take(lock);
  try {
    return work();
  } finally {
    if (held) rmSync(lock, { force: true });
  }
}

/** @returns false where no lock can be made at all (a folder that cannot be written to): the change itself will say why */
function take(lock: string): boolean {
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx', 0o600));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
      const age = ageOf(lock);
      if (age !== null && age > staleMs) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs);
    }
  }
}

function ageOf(lock: string): number | null {
  try {
    return Date.now() - statSync(lock).mtimeMs;
  } catch {
    return null;
  }
}
