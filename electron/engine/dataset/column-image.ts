import { isText } from '../catalog/assignment';
import type { ColumnType, ProjectedColumn } from './resolved';

/**
 * The value of a column on its way from source to target, as SQL over the source row. It never fails on a value that the target
 * cannot hold: such a value travels as it is, differs from all that the target holds, and is refused by the target alone, as one row.
 */
export interface ColumnImage {
  readonly sql: string;
  /** value: of the target column's base type; text: its text, for types that the source does not know and for values that may not fit. */
  readonly form: 'value' | 'text';
}

const integerBounds: Readonly<Record<string, readonly [string, string]>> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
};
const integerWidth: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
const numbers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']);
const floatBounds: Readonly<Record<string, readonly [string, string]>> = {
  float4: ['1.2e-38', '3.4e38'],
  float8: ['2.3e-308', '1.79e308'],
};

/** The image of a projected column for a PostgreSQL target. */
export function columnImage(column: ProjectedColumn): ColumnImage {
  const { sourceType: from, type: to } = column;
  const expression = from.kind === 'd' && from.builtin ? `(${column.expression})::${from.baseSql}` : column.expression;
  if (!to.builtin) return { sql: `(${expression})::text`, form: 'text' };
  if (numbers.has(to.base) && numbers.has(from.base) && from.builtin) return numberImage(expression, from, to);
  if (to.base === 'varchar' && to.typmod >= 0) return { sql: withinLength(expression, from, to), form: 'value' };
  if (isText(to))
    return { sql: from.base === to.base ? expression : `(${expression})::${bareType(to)}`, form: 'value' };
  if (from.base === 'json' && to.base === 'jsonb') {
    const text = `(${expression})::text`;
    return { sql: `CASE WHEN ${text} !~ '\\\\u0000' THEN (${expression})::jsonb::text ELSE ${text} END`, form: 'text' };
  }
  const keepsLength = to.base === 'bit' || to.base === 'varbit' || to.element === 'varchar' || to.element === 'bpchar';
  if (from.base === to.base && (keepsLength || from.typmod === to.typmod || to.typmod < 0))
    return { sql: expression, form: 'value' };
  return { sql: `(${expression})::${keepsLength ? bareType(to) : to.baseSql}`, form: 'value' };
}

/** The type without its length or precision; a domain's base type. A cast to it cuts nothing off. */
export function bareType(type: ColumnType): string {
  return type.builtin ? `pg_catalog."${type.base}"` : type.baseSql;
}

function numberImage(expression: string, from: ColumnType, to: ColumnType): ColumnImage {
  const fits = fitCondition(expression, from, to);
  if (fits === 'always') {
    const same = from.base === to.base && (from.typmod === to.typmod || to.typmod < 0);
    return { sql: same ? expression : `(${expression})::${to.baseSql}`, form: 'value' };
  }
  return {
    sql: `CASE WHEN ${fits} THEN (${expression})::${to.baseSql}::text ELSE (${expression})::text END`,
    form: 'text',
  };
}

/** The condition under which a number can be assigned; NULL may meet either branch. */
function fitCondition(expression: string, from: ColumnType, to: ColumnType): string {
  const value = `(${expression})`;
  const bounds = integerBounds[to.base];
  if (bounds !== undefined) {
    const width = integerWidth[from.base];
    if (width !== undefined && width <= (integerWidth[to.base] ?? 0)) return 'always';
    const rounded = from.base === 'numeric' ? `round(${value})` : `${value}::numeric`;
    return from.base === 'numeric' || width !== undefined
      ? `${rounded} BETWEEN ${bounds[0]} AND ${bounds[1]}`
      : `${value} > ${bounds[0]}::float8 AND ${value} < ${bounds[1]}::float8`;
  }
  const limits = floatBounds[to.base];
  if (limits !== undefined) {
    if (from.base !== 'numeric' && !(from.base === 'float8' && to.base === 'float4')) return 'always';
    return `${value} = 0 OR ${value} = 'NaN' OR ${value} IN ('Infinity', '-Infinity') OR abs(${value}) BETWEEN ${limits[0]} AND ${limits[1]}`;
  }
  if (to.typmod < 0) return 'always';
  const room = numericSize(to.typmod);
  if (from.base === 'numeric' && from.typmod >= 0) {
    const held = numericSize(from.typmod);
    if (held.scale <= room.scale && held.precision - held.scale <= room.precision - room.scale) return 'always';
  }
  const digits: Readonly<Record<string, number>> = { int2: 5, int4: 10, int8: 19 };
  if ((digits[from.base] ?? Infinity) <= room.precision - room.scale) return 'always';
  const exact = from.base === 'numeric' ? value : `${value}::numeric`;
  return `${exact} = 'NaN' OR abs(round(${exact}, ${String(room.scale)})) < 1e${String(room.precision - room.scale)}`;
}

function numericSize(typmod: number): { precision: number; scale: number } {
  const packed = typmod - 4;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

/** Assignment to varchar(n) cuts off blanks beyond n, and refuses anything else there. */
function withinLength(expression: string, from: ColumnType, to: ColumnType): string {
  const length = to.typmod - 4;
  const text = from.base === 'text' || from.base === 'varchar' ? expression : `(${expression})::text`;
  if (from.base === 'varchar' && from.typmod >= 0 && from.typmod <= to.typmod) return expression;
  const n = String(length);
  return (
    `CASE WHEN length(${text}) > ${n} AND rtrim(substr(${text}, ${n} + 1), ' ') = '' ` +
    `THEN left(${text}, ${n}) ELSE ${text} END`
  );
}

/** Plain text: the type of stream fields and of mapped values. */
export const textType: ColumnType = {
  sql: 'text',
  oid: '25',
  base: 'text',
  baseSql: 'text',
  baseKind: 'b',
  kind: 'b',
  typmod: -1,
  builtin: true,
  element: null,
  collation: { sql: 'pg_catalog."default"', deterministic: true, bytewise: false },
};
