import fc from 'fast-check';

/** A column type and texts that its input accepts, traps among them. */
export interface TypeCase {
  /** As in CREATE TABLE. */
  readonly sql: string;
  readonly values: fc.Arbitrary<string>;
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'A',
    'a ',
    'abc  ',
    'é',
    'e\u0301',
    'ß',
    'ss',
    '🚀',
    '\\',
    '"',
    "'",
    ',',
    '(',
    '{}',
    'NULL',
    'null',
    '\t',
    '\n',
    '\v',
    '\\N',
    '\u00a0',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => !value.includes('\0')),
);
const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 6 });

function integers(bits: number): fc.Arbitrary<string> {
  const limit = 2n ** BigInt(bits - 1);
  const traps = [
    0n,
    1n,
    -1n,
    limit - 1n,
    -limit,
    ...(bits === 64 ? [4_294_967_296n, 4_294_967_297n, -4_294_967_296n] : []),
  ];
  return fc.oneof(fc.constantFrom(...traps), fc.bigInt({ min: -limit, max: limit - 1n })).map(String);
}

const numeric = fc.oneof(
  fc.constantFrom(
    '0',
    '0.0',
    '0.00',
    '-0.0',
    '1',
    '1.0',
    '1.00',
    '-1',
    '-1.0',
    '5',
    '-5',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e30',
    '1e-30',
    '100',
    '1e2',
  ),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(6), fc.nat(3))
    .map(([whole, digits, zeros]) => `${String(whole)}.${String(digits).padStart(7, '0')}${'0'.repeat(zeros)}`),
);
const money = fc.oneof(
  fc.constantFrom('0', '5.00', '-5.00', '0.01', '-0.01', '1000'),
  fc.integer({ min: -99_999_999, max: 99_999_999 }).map((cents) => (cents / 100).toFixed(2)),
);
const floats = fc.oneof(
  fc.constantFrom('0', '-0', 'NaN', 'Infinity', '-Infinity', '0.1', '1e-300', '4.9e-324', '1.7976931348623157e308'),
  fc.double({ noNaN: true }).map(String),
);
const smallFloats = fc.oneof(
  fc.constantFrom('0', '-0', 'NaN', 'Infinity', '0.1', '16777217'),
  fc.float({ noNaN: true }).map(String),
);

const seconds = fc.nat(86_399);
const micros = fc.nat(999_999);
function clock(second: number, micro: number): string {
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${part(Math.floor(second / 3600))}:${part(Math.floor(second / 60) % 60)}:${part(second % 60)}.${String(micro).padStart(6, '0')}`;
}
const times = fc.oneof(
  fc.constantFrom('00:00', '24:00:00', '01:11:34.967297'),
  fc.tuple(seconds, micros).map(([s, u]) => clock(s, u)),
);
const days = fc.oneof(
  fc.constantFrom('2000-01-01', '1999-12-31', '0044-03-15 BC', '0001-01-01', '0001-12-31 BC', 'infinity', '-infinity'),
  fc
    .date({ min: new Date('1600-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
);
const plainDays = days.filter((day) => /^\d{4}-\d\d-\d\d$/.test(day));
/** The first two are one to a hash that folds 64 bits into 32. */
const instants = fc.oneof(
  fc.constantFrom(
    '2000-01-01 00:00:00',
    '2000-01-01 01:11:34.967297',
    'infinity',
    '-infinity',
    '0044-03-15 12:00:00.000001 BC',
    '294276-12-31 23:59:59.999999',
  ),
  fc
    .tuple(
      plainDays,
      times.filter((time) => !time.startsWith('24')),
    )
    .map(([day, time]) => `${day} ${time}`),
);
const zones = fc.constantFrom('+00', '+02', '-05:30', '+12:45');
const intervals = fc.oneof(
  fc.constantFrom(
    '1 mon',
    '30 days',
    '1 day',
    '24:00:00',
    '-1 days +24:00:00',
    '1 day -24:00:00',
    '0',
    '1 year',
    '12 mons',
    '-1 mon +30 days',
  ),
  fc
    .tuple(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -9_999_999, max: 9_999_999 }),
    )
    .map(([m, d, u]) => `${String(m)} mons ${String(d)} days ${String(u)} microseconds`),
);

const json = fc.oneof(
  fc.constantFrom(
    '1',
    '1.0',
    '1.00',
    '-0',
    '1e2',
    '100',
    'null',
    '"null"',
    '""',
    '{}',
    '[]',
    '{"a":1,"b":2}',
    '{"b":2,"a":1}',
    '{"a": 1, "a": 2}',
    '{"a":-1}',
    '[1,[2]]',
    '[[1],2]',
    '"\\u00e9"',
    '"é"',
  ),
  fc.json({ maxDepth: 2, noUnicodeString: true }).filter((value) => !/\\u0000|[eE][+-]?\d{3}/.test(value)),
);
const xml = fc.oneof(
  fc.constantFrom('<a/>', '<a></a>', '<a> </a>', 'plain', ''),
  printable.map((value) => `<v>${value.replaceAll(/[&<>]/g, '.')}</v>`),
);

const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
const arrayOf = (items: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('{}', '{NULL}'),
    fc
      .array(fc.oneof(items.map(quoted), fc.constant('NULL')), { minLength: 1, maxLength: 4 })
      .map((list) => `{${list.join(',')}}`),
    fc
      .tuple(items, items, fc.integer({ min: -2, max: 3 }))
      .map(([a, b, from]) => `[${String(from)}:${String(from + 1)}]={${quoted(a)},${quoted(b)}}`),
    fc.tuple(items, items).map(([a, b]) => `{{${quoted(a)}},{${quoted(b)}}}`),
  );
const rangeOf = (low: fc.Arbitrary<number>, show: (value: number) => string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('empty', '(,)'),
    fc
      .tuple(low, fc.nat(50), fc.constantFrom('[', '('), fc.constantFrom(']', ')'))
      .map(([from, size, open, close]) => `${open}${show(from)},${show(from + size)}${close}`),
    low.map((from) => `[${show(from)},)`),
  );
const smallInt = fc.integer({ min: -99, max: 99 });
const coordinate = fc.constantFrom('0', '-0', '1', '-1.5', '1e10', '0.1');
const point = fc.tuple(coordinate, coordinate).map(([x, y]) => `(${x},${y})`);
const octet = fc.nat(255);
const hex = fc.uint8Array({ maxLength: 9 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`);
const words = fc.array(fc.constantFrom('cat', 'dog', "l'eau", 'rat'), { minLength: 1, maxLength: 4 });

/** Needs in the database: the types and collations of testTypes. */
export const typeCases: readonly TypeCase[] = [
  { sql: 'smallint', values: integers(16) },
  { sql: 'integer', values: integers(32) },
  { sql: 'bigint', values: integers(64) },
  { sql: 'oid', values: fc.nat().map(String) },
  { sql: 'boolean', values: fc.constantFrom('true', 'false') },
  { sql: 'uuid', values: fc.uuid() },
  { sql: 'numeric', values: numeric },
  { sql: 'numeric(10,2)', values: fc.oneof(money, fc.constant('NaN')) },
  { sql: 'numeric(5,0)', values: smallInt.map(String) },
  { sql: 'real', values: smallFloats },
  { sql: 'double precision', values: floats },
  { sql: 'money', values: money },
  { sql: 'text', values: text },
  { sql: 'text COLLATE "C"', values: text },
  { sql: 'text COLLATE folding', values: text },
  { sql: 'varchar(12)', values: text.map((value) => Array.from(value).slice(0, 12).join('')) },
  { sql: 'char(5)', values: printable.map((value) => value.slice(0, 5)) },
  { sql: 'bpchar', values: text },
  { sql: 'name', values: printable },
  { sql: '"char"', values: fc.constantFrom('', 'a', 'A', ' ') },
  { sql: 'bytea', values: hex },
  { sql: 'date', values: days },
  { sql: 'time', values: times },
  { sql: 'timetz', values: fc.tuple(times, zones).map(([time, zone]) => `${time}${zone}`) },
  { sql: 'timestamp', values: instants },
  { sql: 'timestamptz', values: instants },
  { sql: 'timestamp(3)', values: instants.filter((value) => !value.startsWith('294276')) },
  { sql: 'interval', values: intervals },
  { sql: 'json', values: json },
  { sql: 'jsonb', values: json },
  { sql: 'xml', values: xml },
  {
    sql: 'inet',
    values: fc
      .tuple(octet, octet, fc.constantFrom('', '/8', '/32'))
      .map(([a, b, mask]) => `10.0.${String(a)}.${String(b)}${mask}`),
  },
  { sql: 'cidr', values: octet.map((a) => `10.${String(a)}.0.0/16`) },
  { sql: 'macaddr', values: octet.map((a) => `08:00:2b:01:02:${a.toString(16).padStart(2, '0')}`) },
  { sql: 'macaddr8', values: octet.map((a) => `08:00:2b:01:02:03:04:${a.toString(16).padStart(2, '0')}`) },
  { sql: 'bit(5)', values: fc.nat(31).map((n) => n.toString(2).padStart(5, '0')) },
  {
    sql: 'bit varying',
    values: fc.oneof(
      fc.constantFrom('', '0', '00'),
      fc.nat(31).map((n) => n.toString(2)),
    ),
  },
  { sql: 'point', values: point },
  { sql: 'box', values: fc.tuple(point, point).map((points) => points.join(',')) },
  { sql: 'lseg', values: fc.tuple(point, point).map((points) => `[${points.join(',')}]`) },
  {
    sql: 'path',
    values: fc.tuple(point, point, fc.boolean()).map(([a, b, closed]) => (closed ? `(${a},${b})` : `[${a},${b}]`)),
  },
  { sql: 'polygon', values: fc.tuple(point, point, point).map((points) => `(${points.join(',')})`) },
  { sql: 'circle', values: point.map((centre) => `<${centre},2>`) },
  { sql: 'tsvector', values: words.map((list) => list.map((word) => `'${word.replaceAll("'", "''")}':1A`).join(' ')) },
  { sql: 'tsquery', values: words.map((list) => list.map((word) => `'${word.replaceAll("'", "''")}'`).join(' & ')) },
  { sql: 'int4range', values: rangeOf(smallInt, String) },
  { sql: 'numrange', values: rangeOf(smallInt, (value) => `${String(value)}.${'0'.repeat(Math.abs(value) % 3)}5`) },
  { sql: 'tstzrange', values: rangeOf(fc.nat(900), (value) => `"${new Date(value * 86_400_000).toISOString()}"`) },
  {
    sql: 'int8multirange',
    values: fc
      .array(smallInt, { maxLength: 3 })
      .map((list) => `{${list.map((n) => `[${String(n)},${String(n + 2)})`).join(',')}}`),
  },
  { sql: 'integer[]', values: arrayOf(smallInt.map(String)) },
  { sql: 'numeric[]', values: arrayOf(fc.constantFrom('1', '1.0', '-1', '0')) },
  { sql: 'text[]', values: arrayOf(text) },
  { sql: 'jsonb[]', values: arrayOf(fc.constantFrom('1', '1.0', '{"a": 1}')) },
  { sql: 'colour', values: fc.constantFrom('red', 'green', 'Été', "o'hara") },
  { sql: 'colour[]', values: arrayOf(fc.constantFrom('red', 'green')) },
  { sql: 'price', values: money },
  { sql: 'short_text', values: printable.map((value) => value.slice(0, 4)) },
  {
    sql: 'pair',
    values: fc.tuple(smallInt, text).map(([a, b]) => `(${String(a)},"${b.replaceAll(/["\\]/g, '\\$&')}")`),
  },
  { sql: 'price[]', values: arrayOf(money) },
];

/** Creates what typeCases need; `order` turns the order of enum labels round, so that two databases differ in it. */
export function testTypes(order: 'forward' | 'backward'): string {
  const labels = ["'red'", "'green'", "'Été'", "'o''hara'"];
  if (order === 'backward') labels.reverse();
  return `
    CREATE TYPE public.colour AS ENUM (${labels.join(', ')});
    CREATE DOMAIN public.price AS numeric(10,2);
    CREATE DOMAIN public.short_base AS varchar(8);
    CREATE DOMAIN public.short_text AS short_base CHECK (length(value) < 5);
    CREATE TYPE public.pair AS (a integer, b text);
    CREATE COLLATION public.folding (provider = icu, locale = 'und-u-ks-level2', deterministic = false);`;
}
