import { parseArgs } from 'node:util';

export interface Options {
  /** Rows of the tables, entities in Redis. */
  readonly rows: number;
  /** How often each case is measured; the table shows medians. */
  readonly repeats: number;
  /** Only the cases whose name contains one of these. */
  readonly only: readonly string[];
  /** How long the page follows the queue in the case page. */
  readonly tailMinutes: number;
  /** True: the servers wait for the disk, as in production. */
  readonly durable: boolean;
  /** True: goals that are missed make the exit code 1. */
  readonly strict: boolean;
  /** True: prints the samples as JSON too. */
  readonly json: boolean;
}

export const usage = `npm run bench -- [options]

  --rows <n>      rows of each table (1000000)
  --repeats <n>   how often each case is measured (3)
  --only <name>   only the cases whose name contains this; may be given again
  --tail <min>    minutes that the page follows the queue (1)
  --durable       let the servers wait for the disk (fsync, full page writes)
  --strict        exit 1 where a goal is missed
  --json          print every sample as JSON after the table
  --no-build      measure what out/ holds
  --list          name the cases`;

/** Reads the command line; null where it only asks for help. Throws a TypeError on an unknown option or a value out of range. */
export function readOptions(words: readonly string[]): (Options & { readonly list: boolean }) | null {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rows: { type: 'string', default: '1000000' },
      repeats: { type: 'string', default: '3' },
      tail: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      durable: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const { only, durable, strict, json, list } = values;
  return {
    rows: count('rows', values.rows, 1000),
    repeats: count('repeats', values.repeats, 1),
    tailMinutes: count('tail', values.tail, 1),
    only,
    durable,
    strict,
    json,
    list,
  };
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new TypeError(`--${name} takes a whole number from ${least} up`);
  return value;
}
