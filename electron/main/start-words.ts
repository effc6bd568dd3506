import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { placeOfArguments } from './deep-link';

/** An environment that the program was started with, as paths. */
export interface FilesToOpen {
  readonly environment: string;
  readonly datasets: string;
}

/**
 * The environment that is opened at the start: `-e <file> -d <folder>`, as in the terminal. A start by a link opens none: what stands
 * in a link is somebody else's.
 * @param words the command line behind the program's own name and folder
 */
export function filesOfArguments(words: readonly string[], folder: string): FilesToOpen | null {
  if (placeOfArguments(words) !== null || words.some((word) => word.startsWith('astro-sync:'))) return null;
  const { environment, datasets } = parseArgs({
    args: [...words],
    // Chromium has words of its own, such as --no-sandbox.
    strict: false,
    options: { environment: { type: 'string', short: 'e' }, datasets: { type: 'string', short: 'd' } },
  }).values;
  if (typeof environment !== 'string') return null;
  return {
    environment: resolve(folder, environment),
    datasets: resolve(folder, typeof datasets === 'string' ? datasets : 'datasets'),
  };
}
