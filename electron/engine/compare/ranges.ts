import type { Client } from 'pg';
import { keyAfter, keyOrder, orderBy } from '../dataset/key-predicates';
import { keyTexts, postgresSource, sourceSelect } from '../dataset/projection';
import type { ResolvedDataset } from '../dataset/resolved';
import type { EntityKey } from '../run/driver';
import { everything } from './span';
import type { Span } from './span';

/** Rows of a range: small enough that progress and cancel are prompt, large enough that a range costs no more than its rows. */
const rangeRows = 100_000;

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/**
 * Divides a dataset whose key has a native order into half-open ranges of about rangeRows rows of the source, the first open
 * below and the last open above, so that whatever the target holds falls into one of them.
 * Dense integer keys are divided by arithmetic; a table by stepping along its key; a query by one pass over it.
 */
export async function* keyRanges(source: Client, ds: ResolvedDataset): AsyncGenerator<Span> {
  if (keyOrder(ds) === null) throw new TypeError(`the key of ${ds.name} has no order that both sides share`);
  let from: EntityKey | null = null;
  for await (const to of boundaries(source, ds)) {
    yield { ...everything, from, to };
    from = to;
  }
  yield { ...everything, from };
}

async function* boundaries(source: Client, ds: ResolvedDataset): AsyncGenerator<EntityKey> {
  const { table } = postgresSource(ds);
  if (table === null || table.kind === 'v') {
    yield* boundariesOfQuery(source, ds);
    return;
  }
  const dense = await denseBoundaries(source, ds, table.estimatedRows);
  if (dense !== null) yield* dense;
  else yield* boundariesByStep(source, ds);
}

/** Boundaries of one integer key, computed from its extent; null where too few of the numbers between are in use. */
async function denseBoundaries(
  source: Client,
  ds: ResolvedDataset,
  estimatedRows: number,
): Promise<EntityKey[] | null> {
  const [key] = ds.key;
  if (ds.key.length !== 1 || key === undefined || !integers.has(key.sourceType.base) || estimatedRows <= 0) return null;
  const { rows } = await source.query<{ low: string | null; high: string | null }>(
    `SELECT min(k)::text AS low, max(k)::text AS high FROM (${sourceSelect(ds, { columns: `${key.expression} AS k` })}) AS keys`,
  );
  const [row] = rows;
  if (row === undefined || row.low === null || row.high === null) return [];
  const low = BigInt(row.low);
  const numbers = BigInt(row.high) - low + 1n;
  const leastDense = 5n;
  if (numbers > BigInt(estimatedRows) * leastDense) return null;
  const ranges = (BigInt(estimatedRows) + BigInt(rangeRows) / 2n) / BigInt(rangeRows);
  const step = ranges > 1n ? numbers / ranges + 1n : numbers;
  const found: EntityKey[] = [];
  for (let boundary = low + step; boundary < low + numbers; boundary += step) found.push([boundary.toString()]);
  return found;
}

async function* boundariesByStep(source: Client, ds: ResolvedDataset): AsyncGenerator<EntityKey> {
  let last = await nextBoundary(source, ds, null);
  while (last !== null) {
    yield last;
    last = await nextBoundary(source, ds, last);
  }
}

/** The first key of the range after the one that begins at this key, or at the first key of all. */
async function nextBoundary(source: Client, ds: ResolvedDataset, from: EntityKey | null): Promise<EntityKey | null> {
  const columns = keyTexts(ds, 'source').join(', ');
  const select = sourceSelect(ds, from === null ? { columns } : { columns, predicate: keyAfter(ds, 'source', from) });
  const skip = from === null ? rangeRows : rangeRows - 1;
  const { rows } = await source.query<string[]>({
    text: `${select} ORDER BY ${orderBy(ds, 'source')} OFFSET ${String(skip)} LIMIT 1`,
    rowMode: 'array',
  });
  return rows[0] ?? null;
}

/** A query cannot be entered at a key without running all of it: one pass numbers its keys. */
async function* boundariesOfQuery(source: Client, ds: ResolvedDataset): AsyncGenerator<EntityKey> {
  const texts = keyTexts(ds, 'source').map((text, index) => `${text} AS k${String(index)}`);
  const number = `row_number() OVER (ORDER BY ${orderBy(ds, 'source')}) - 1 AS n`;
  const names = texts.map((_, index) => `k${String(index)}`).join(', ');
  const { rows } = await source.query<string[]>({
    text:
      `SELECT ${names} FROM (${sourceSelect(ds, { columns: [...texts, number].join(', ') })}) AS numbered ` +
      `WHERE n > 0 AND n % ${String(rangeRows)} = 0 ORDER BY n`,
    rowMode: 'array',
  });
  yield* rows;
}
