import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { datasetFileSchema } from '../../../shared/definitions/dataset';
import { environmentSchema } from '../../../shared/definitions/environment';
import { checkDefinition } from '../connect/check-definition';
import { SyncError } from '../errors';

type Path = readonly (string | number)[];

const environment = {
  name: 't',
  level: 'staging',
  read_only: false,
  system: 'system',
  databases: {
    system: {
      engine: 'postgres',
      url: 'postgres://a@b/c',
      password: { env: 'X' },
      tls: { mode: 'require', ca: 'x' },
      identity: 'i',
      connect_timeout_s: 3,
    },
    cache: { engine: 'redis', url: 'redis://a/0', password: { prompt: true }, allow_eviction: true },
  },
};

const datasets = [
  {
    name: 'a',
    description: 'x',
    job_type: 'y',
    entity: 'e',
    source: {
      database: 'operations',
      table: 't',
      key: ['id'],
      where: 'x',
      columns: { id: null, b: 'name', c: { from: 'x', map: { a: 'b' }, else: 'c' }, d: { sql: 'x' } },
    },
    target: { database: 'system', table: 't', update_where: 'z' },
    depends_on: [{ table: 't', keys: 'k' }],
    write: 'upsert',
    on_delete: { mark: { column: 'g', value: 'x', clear: 'y' } },
    capture: 'values',
    guard: true,
    mask: ['a'],
    inverse_of: 'b',
    batch: 4,
  },
  {
    name: 'b',
    source: { database: 'cache', stream: 's', entity: 'e', key: ['id'] },
    target: { database: 'cache', hash: 'x:{id}', indexes: [{ zset: 'z', score: 's', member: 'm' }], ttl: 4 },
  },
];

const odd = [0, -1, 1.5, 1e9, NaN, Infinity, '', 'x', true, null, [], {}, [[]], { a: 1 }, ['x', 'x'], undefined];

function* pathsOf(value: unknown, at: Path = []): Generator<Path> {
  yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [step, inner] of Object.entries(value))
    yield* pathsOf(inner, [...at, Array.isArray(value) ? Number(step) : step]);
}

/** The same with something else in one place, or without it. */
function put(value: unknown, [step, ...rest]: Path, wrong: unknown): unknown {
  if (step === undefined) return wrong;
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => (index === step ? put(inner, rest, wrong) : inner));
  const inner = (value as Readonly<Record<string, unknown>>)[step];
  return { ...(value as object), [step]: put(inner, rest, wrong) };
}

it.each([
  ['an environment', environmentSchema, environment],
  ['datasets', datasetFileSchema, datasets],
] as const)('says in its own words what was expected, whatever stands in whichever place of %s', (_, schema, right) => {
  let refused = 0;
  for (const at of pathsOf(right)) {
    for (const wrong of odd) {
      const source = { file: 'f', data: put(right, at, wrong), line: () => 1 };
      try {
        checkDefinition(schema as z.ZodType, source, 'DATASET_INVALID');
      } catch (error) {
        refused += 1;
        const { message, hint } = error as SyncError;
        const where = `${at.join('.')} = ${stringify(wrong)}`;
        expect(error, where).toBeInstanceOf(SyncError);
        expect(`${message} ${hint ?? ''}`, where).not.toMatch(
          /Too (?:small|big)|Invalid|received|undefined|NaN|null|array|object/,
        );
        expect(message, where).toMatch(/expected|did you mean|unknown property|does not go with/);
      }
    }
  }
  expect(refused).toBeGreaterThan(200);
});
