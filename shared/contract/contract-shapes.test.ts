import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { contract } from './contract';
import { contractShapes, shapeOf, shapesFile } from './contract-shapes';
import { misfit } from './shape';
import type { Shapes } from './shape';

const schema = z.strictObject({
  text: z.string().nullable(),
  number: z.int().min(1),
  left: z.boolean().optional(),
  list: z.array(z.enum(['a', 'b'])),
  names: z.record(z.string(), z.number()),
  kind: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('one'), value: z.string() }),
    z.strictObject({ is: z.literal('two'), value: z.number(), deep: z.array(z.strictObject({ n: z.number() })) }),
  ]),
  either: z.union([z.int(), z.literal('all'), z.strictObject({ a: z.string() })]),
  free: z.unknown(),
});
const right = {
  text: null,
  number: 1,
  list: ['a'],
  names: { x: 1 },
  kind: { is: 'two', value: 1, deep: [{ n: 1 }] },
  either: 'all',
  free: [1],
};

test.each<object>([
  {},
  { text: 1 },
  { number: '1' },
  { left: null },
  { left: true },
  { list: ['a', 'c'] },
  { list: {} },
  { names: { x: 'y' } },
  { names: [] },
  { names: {} },
  { kind: { is: 'one', value: '1' } },
  { kind: { is: 'one', value: 1 } },
  { kind: { is: 'three' } },
  { kind: { is: 'toString' } },
  { kind: null },
  { either: 1 },
  { either: 'some' },
  { either: { a: '1' } },
  { either: { a: 1 } },
  { more: 1 },
  { toString: 1 },
])('a page lets through what the schema does: %j', (change) => {
  const value = { ...right, ...change };
  expect(misfit(shapeOf(schema), value, 'answer') === null).toBe(schema.safeParse(value).success);
});

test.each([
  [{ kind: { is: 'one', value: 1 } }, 'answer.kind.value'],
  [{ kind: { is: 'one', value: 'x', deep: [] } }, 'answer.kind.deep'],
  [{ kind: { is: 'two', value: 1, deep: [{ n: 1 }, { n: '2' }] } }, 'answer.kind.deep.1.n'],
  [{ kind: { is: 'three' } }, 'answer.kind.is'],
  [{ either: { a: 1 } }, 'answer.either.a'],
  [{ names: { x: 'y' } }, 'answer.names.x'],
  [{ text: 1 }, 'answer.text'],
])('where a value is wrong is held against what it says that it is: %j', (change, where) => {
  expect(misfit(shapeOf(schema), { ...right, ...change }, 'answer')).toBe(where);
});

test('a schema that asks for what a page cannot check is refused', () => {
  for (const unknown of [z.tuple([z.string()]), z.looseObject({ a: z.string() }), z.never()])
    expect(() => shapeOf(unknown)).toThrow('A page cannot check');
});

test('the shapes that the page has are those of the contract (npm run schemas)', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../..', shapesFile), 'utf8');
  expect(text).toBe(contractShapes());
  expect(Object.keys((JSON.parse(text) as Shapes).answers)).toEqual(Object.keys(contract));
});
