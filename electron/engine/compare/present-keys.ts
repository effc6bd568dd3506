import type { Client } from 'pg';
import { quoteIdent } from '../connect/identifiers';
import { keyExpression, keyTexts } from '../dataset/projection';
import type { Side } from '../dataset/projection';
import { literalType } from '../dataset/key-predicates';
import type { ColumnType } from '../catalog/table';
import type { ResolvedDataset } from '../dataset/resolved';
import type { EntityKey } from '../run/driver';
import { selectRows } from './digest';
import { everything, spanOfKeys } from './span';

/**
 * Which of these keys a side holds, by their places in the list. Equality is that of the key's type: a key may be there under
 * another text, as 1.0 and 1.00 are.
 */
export async function presentKeys(
  client: Client,
  ds: ResolvedDataset,
  side: Side,
  keys: readonly EntityKey[],
): Promise<ReadonlySet<number>> {
  if (keys.length === 0) return new Set();
  const names = ds.key.map((_, index) => `k${String(index)}`);
  const arrays = ds.key.map(
    (column, index) => `$${String(index + 1)}::pg_catalog.text[]::${literalType(ds, column) ?? 'pg_catalog.text'}[]`,
  );
  const texts = keyTexts(ds, side);
  const found = ds.key.map((column, index) => {
    const sql = literalType(ds, column) === null ? `${texts[index] ?? ''} COLLATE "C"` : keyExpression(column, side);
    return `${sql} AS ${quoteIdent(names[index] ?? '')}`;
  });
  const rows = selectRows(ds, side, found.join(', '), keys.length > 20_000 ? everything : spanOfKeys(keys));
  const { rows: numbers } = await client.query<[string]>({
    text:
      `SELECT DISTINCT k.n FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS k(${names.join(', ')}, n) ` +
      `JOIN (${rows}) AS held ON ${names.map((name) => `held.${name} = k.${name}`).join(' AND ')}`,
    values: ds.key.map((_, index) => keys.map((key) => key[index] ?? '')),
    rowMode: 'array',
  });
  return new Set(numbers.map(([n]) => Number(n) - 1));
}

/**
 * Pairs keys that differ as texts and are one key to the target's type: [place in `left`, place in `right`].
 */
export async function equalKeys(
  client: Client,
  ds: ResolvedDataset,
  left: readonly EntityKey[],
  right: readonly EntityKey[],
): Promise<readonly (readonly [number, number])[]> {
  const width = ds.key.length;
  const given = (from: number, alias: string): string => {
    const arrays = ds.key.map(({ type }, index) => `$${String(from + index)}::pg_catalog.text[]::${anyLength(type)}[]`);
    return `unnest(${arrays.join(', ')}) WITH ORDINALITY AS ${alias}(${ds.key.map((_, index) => `k${String(index)}`).join(', ')}, n)`;
  };
  const same = ds.key.map(({ type }, index) => {
    const collate = type.collation === null ? '' : ` COLLATE ${type.collation.sql}`;
    return `a.k${String(index)}${collate} = b.k${String(index)}`;
  });
  const values = (keys: readonly EntityKey[]): string[][] =>
    ds.key.map((_, index) => keys.map((key) => key[index] ?? ''));
  const { rows } = await client.query<[string, string]>({
    text: `SELECT a.n, b.n FROM ${given(1, 'a')} JOIN ${given(1 + width, 'b')} ON ${same.join(' AND ')}`,
    values: [...values(left), ...values(right)],
    rowMode: 'array',
  });
  return rows.map(([a, b]) => [Number(a) - 1, Number(b) - 1]);
}

/** The type without its length or scale, so that no key is cut to fit. Of char and bit the bare name means a length of one. */
function anyLength({ base, baseSql }: ColumnType): string {
  if (base === 'bpchar') return 'pg_catalog.bpchar';
  if (base === 'bit') return 'pg_catalog.varbit';
  return baseSql.replace(/\(.*\)/, '');
}
