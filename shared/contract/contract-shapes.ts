import { z } from 'zod';
import { contract } from './contract';
import type { Fields, Shape, Shapes } from './shape';
import { answerFrameSchema, numberedEventSchema, outcomeSchema } from './wire';

/** The file that the page reads its shapes from; written by `npm run schemas`. */
export const shapesFile = 'renderer/src/wire/contract-shapes.json';

/** Its text: a line for each method, so that a change of one shows as such. */
export function contractShapes(): string {
  const answers = Object.entries(contract).map(([name, { output }]): [string, Shape] => [name, shapeOf(output)]);
  const parts: Omit<Shapes, 'answers'> = {
    frame: shapeOf(frameSchema),
    event: shapeOf(numberedEventSchema),
    outcome: shapeOf(outcomeSchema),
  };
  return `{\n${lines(Object.entries(parts))},\n"answers":{\n${lines(answers)}\n}\n}\n`;
}

/** Events are looked at one by one: what is right is not lost with what is not. */
const frameSchema = z.union([
  ...answerFrameSchema.options.filter(({ shape }) => !['answer', 'events'].includes(shape.kind.value)),
  z.strictObject({ kind: z.literal('events'), events: z.array(z.unknown()) }),
]);

function lines(entries: readonly (readonly [string, Shape])[]): string {
  return entries.map(([name, shape]) => `${JSON.stringify(name)}:${JSON.stringify(shape)}`).join(',\n');
}

/**
 * What of a schema a page can check.
 * @throws Error where the schema asks for something that it could not
 */
export function shapeOf(schema: z.ZodType): Shape {
  return asShape(z.toJSONSchema(schema, { io: 'output', reused: 'inline' }));
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function asShape(schema: JsonSchema): Shape {
  const { type, anyOf, oneOf, items } = schema;
  if (schema.const !== undefined) return { is: [schema.const] };
  if (schema.enum !== undefined) return { is: schema.enum };
  const either = anyOf ?? oneOf;
  if (either !== undefined) return eitherOf(either.map((each) => asShape(each)));
  if (Array.isArray(type)) return { any: type.map((each) => asShape({ ...schema, type: each })) };
  if (type === 'string' || type === 'number' || type === 'boolean') return type;
  if (type === 'integer') return 'number';
  if (type === 'null') return { is: [null] };
  if (type === 'array' && isSchema(items)) return { list: asShape(items) };
  if (type === 'object') return objectShape(schema);
  if (Object.keys(schema).every((key) => ['$schema', 'description'].includes(key))) return 'unknown';
  throw new Error(`A page cannot check ${JSON.stringify(schema)}`);
}

function isSchema(part: unknown): part is JsonSchema {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

function objectShape({ properties = {}, required = [], additionalProperties }: JsonSchema): Shape {
  const all = Object.entries(properties).map(([name, each]) => [name, asShape(each as JsonSchema)] as const);
  if (isSchema(additionalProperties)) {
    if (all.length > 0) throw new Error('A page cannot check names of which only some are free');
    return { each: asShape(additionalProperties) };
  }
  const fields = Object.fromEntries(all.filter(([name]) => required.includes(name)));
  const may = Object.fromEntries(all.filter(([name]) => !required.includes(name)));
  return Object.keys(may).length === 0 ? { fields } : { fields, may };
}

/** Told apart by a field where one has another value in each: then a wrong value is held against what it says that it is. */
function eitherOf(shapes: readonly Shape[]): Shape {
  const [first] = shapes;
  for (const by of Object.keys(fieldsOf(first))) {
    const names = shapes.map((shape) => literalsOf(fieldsOf(shape)[by]));
    const all = names.flat();
    if (names.some(({ length }) => length === 0) || new Set(all).size < all.length) continue;
    const of = shapes.flatMap((shape, index) => (names[index] ?? []).map((name) => [name, shape] as const));
    return { by, of: Object.fromEntries(of) };
  }
  return { any: shapes };
}

function fieldsOf(shape: Shape | undefined): Fields {
  return typeof shape === 'object' && 'fields' in shape ? shape.fields : {};
}

function literalsOf(shape: Shape | undefined): readonly string[] {
  return typeof shape === 'object' && 'is' in shape ? shape.is.map(String) : [];
}
