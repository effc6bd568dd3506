import type { ColumnType } from './table';

/** How values of one type are hashed, ordered and copied; see docs/decisions on the table of types. */
export interface TypeTraits {
  /** native: the hash sees the value itself; text: it sees the canonical text. */
  readonly hash: 'native' | 'text';
  /**
   * native: `ORDER BY` the bare column is the same order on every server, and an index on it serves; null: ranges are buckets of
   * the key's hash.
   */
  readonly order: 'native' | null;
  /** True where COPY's binary format of this type means the same on every server of version 14 to 18. */
  readonly copyBinary: boolean;
}

type HashForm = 'value' | 'bytes' | 'send' | 'text';

interface BaseTraits {
  readonly hash: HashForm;
  readonly order: boolean;
  readonly copyBinary: boolean;
}

const fixed: BaseTraits = { hash: 'value', order: true, copyBinary: true };
const instant: BaseTraits = { hash: 'send', order: true, copyBinary: true };
const text: BaseTraits = { hash: 'bytes', order: true, copyBinary: true };
const binaryOnly: BaseTraits = { hash: 'text', order: false, copyBinary: true };

/**
 * PostgreSQL's own types. What is not listed hashes by its text, is not ordered and not copied in binary form: enums, composites,
 * ranges, arrays and types of extensions among them (arrays are looked up by their element).
 *
 * - value: equal hash means equal image, the hash function is the same from 14 to 18.
 * - bytes: text under COLLATE "C", so that the hash sees the bytes whatever the column's collation.
 * - send: the bytes of the type's send function are hashed. numeric's own hash is blind to sign and scale (and gives 0, the hash
 *   of NULL, for NaN or zero under some seeds); the hash of times and timestamps folds 64 bits into 32 before it begins. Where a
 *   column fixes the scale of numeric, value and sign are hashed instead: cheaper.
 * - text: json, xml, point and others have no hash; jsonb's, interval's, timetz's and float's do not see the image.
 */
const baseTraits: Readonly<Record<string, BaseTraits>> = {
  int2: fixed,
  int4: fixed,
  int8: fixed,
  bool: fixed,
  uuid: fixed,
  date: fixed,
  time: instant,
  timestamp: instant,
  timestamptz: instant,
  bytea: fixed,
  text,
  varchar: text,
  bpchar: { hash: 'text', order: true, copyBinary: true },
  numeric: { hash: 'send', order: true, copyBinary: true },
  float4: binaryOnly,
  float8: binaryOnly,
  interval: binaryOnly,
  timetz: binaryOnly,
  json: binaryOnly,
  jsonb: binaryOnly,
  inet: binaryOnly,
  cidr: binaryOnly,
  macaddr: binaryOnly,
  macaddr8: binaryOnly,
  bit: binaryOnly,
  varbit: binaryOnly,
  point: binaryOnly,
  box: binaryOnly,
  lseg: binaryOnly,
  line: binaryOnly,
  path: binaryOnly,
  polygon: binaryOnly,
  circle: binaryOnly,
  money: binaryOnly,
  name: binaryOnly,
  char: binaryOnly,
  int4range: binaryOnly,
  int8range: binaryOnly,
  numrange: binaryOnly,
  daterange: binaryOnly,
  tsrange: binaryOnly,
  tstzrange: binaryOnly,
};

const unknownTraits: BaseTraits = { hash: 'text', order: false, copyBinary: false };

function baseOf(type: ColumnType): BaseTraits {
  if (!type.builtin) return unknownTraits;
  if (type.element !== null) {
    return { ...unknownTraits, copyBinary: baseTraits[type.element]?.copyBinary ?? false };
  }
  return baseTraits[type.base] ?? unknownTraits;
}

/** The traits of a column's type. */
export function traitsOf(type: ColumnType): TypeTraits {
  const base = baseOf(type);
  const ordered = base.order && (type.collation === null || type.collation.bytewise);
  return {
    hash: base.hash === 'text' ? 'text' : 'native',
    order: ordered ? 'native' : null,
    copyBinary: base.copyBinary,
  };
}

/**
 * The canonical text of a value: what keys, jobs, samples and Redis fields hold. Under the pinned settings it is the same on
 * every server.
 */
export function canonicalText(sql: string): string {
  return `(${sql})::text`;
}

/**
 * What goes into ROW(...) for hash_record_extended: equal hash ⇔ equal image, on servers 14 to 18. It may be several elements:
 * hashint8 folds a bigint into 32 bits, so that 0 and 4294967297 are one to it, and numeric's hash is blind to the sign.
 * @param sql an expression of that type
 * @param costly the expression is to be written only once
 */
export function hashElement(sql: string, type: ColumnType, costly = false): string {
  const value = type.kind === 'd' ? `(${sql})::${type.baseSql}` : `(${sql})`;
  const { hash } = baseOf(type);
  if (hash === 'value' && type.base === 'int8')
    return costly ? `${value}::text COLLATE "C"` : `${value}, (${value} >> 32)::pg_catalog.int4`;
  if (type.base === 'numeric' && hash === 'send' && type.typmod >= 0 && !costly) return `${value}, ${value} < 0`;
  switch (hash) {
    case 'value':
      return value;
    case 'bytes':
      return `(${sql})::text COLLATE "C"`;
    case 'send':
      return `${type.base}_send(${sql})`;
    case 'text':
      return `${exactText(sql, type)} COLLATE "C"`;
  }
}

/**
 * Text that tells every image from every other. The cast to text drops the blanks at the end of a bpchar: without a length
 * they belong to the image; with one they are padding, which a value on its way to that column may not have yet.
 */
function exactText(sql: string, type: ColumnType): string {
  if (!type.builtin || type.base !== 'bpchar') return `(${sql})::text`;
  return type.typmod < 0 ? `textin(bpcharout(${sql}))` : `(${sql})::bpchar::text`;
}

/** Seed of every record hash. Not 0 or 1: hashes of special values are made from the seed and would meet the hash of NULL, 0. */
const hashSeed = '7093614812651';

/**
 * One bigint for a row of hash elements. It is linear in the hashes of its elements: sums of it over rows do not see two rows that
 * exchange a value, unless each row has a seed of its own.
 * @param seed SQL of a bigint that is never null
 */
export function recordHash(elements: readonly string[], seed = hashSeed): string {
  return `hash_record_extended(ROW(${elements.join(', ')}), ${seed})`;
}
