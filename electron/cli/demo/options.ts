import { parseArgs } from 'node:util';
import { usageError } from '../failure';

export interface DemoOptions {
  /** 1 is about 100,000 bookings. */
  readonly scale: number;
  /** End after the summary, also on a terminal. */
  readonly exit: boolean;
  readonly color: boolean;
  readonly help: boolean;
}

export const demoHelp = `Usage: npm run demo -- [options]

Starts a real PostgreSQL and a real Redis of its own, fills them with AstroBookings' data, brings that into
line, lets three applications write, and shows what the sync made of it. Nothing outside is touched.

Options:
  --scale <n>   how much data: 1 is about 100,000 bookings, 0.02 a quick look (default: 1, at most 20)
  --exit        end after the summary; without a terminal it always does
  --no-color    no colours (also with NO_COLOR set, or without a terminal)
  -h, --help    show this help

Exit codes: 0 every check passed, 1 a check failed or something went wrong, 2 wrong usage, 130 Ctrl-C.
Example:
  npm run demo -- --scale 0.1 --exit
`;

/** @throws SyncError USAGE */
export function demoOptions(words: readonly string[]): DemoOptions {
  const { scale, exit, color, help } = parsed(words);
  const size = Number(scale);
  if (!Number.isFinite(size) || size <= 0 || size > 20) {
    throw usageError(
      `--scale ${scale}: expected a number above 0, at most 20`,
      'For example: npm run demo -- --scale 0.1',
    );
  }
  return { scale: size, exit, color, help };
}

function parsed(words: readonly string[]): { scale: string; exit: boolean; color: boolean; help: boolean } {
  try {
    return parseArgs({
      args: [...words],
      allowNegative: true,
      strict: true,
      options: {
        scale: { type: 'string', default: '1' },
        exit: { type: 'boolean', default: false },
        color: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), 'See npm run demo -- --help');
  }
}
