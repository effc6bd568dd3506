import { z } from 'zod';

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'expected a name of lower-case letters, digits, dash or underscore, such as launch-cards',
  );
const column = z.string().min(1).describe('A column: the exact name, or as SQL writes it');
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** What one target column or field is made of: itself, a renamed column, a mapped column, or an SQL expression over the source row. */
export const columnSpecSchema = z.union([
  z.null().describe('The source column of the same name'),
  z.string().min(1).describe('The source column it is renamed from'),
  z.strictObject({
    from: z.string().min(1).optional().describe('Source column; the same name when left out'),
    map: z.record(z.string(), scalar.nullable()).describe('Value map: source value (as text) to target value'),
    else: scalar.nullable().optional().describe('For values not in the map; without it they stay as they are'),
  }),
  z.strictObject({ sql: z.string().min(1).describe('SQL expression over the columns of the source, alias s') }),
]);

const columns = z.union([
  z.array(column).min(1).describe('The columns to keep in line, under their own names'),
  z.record(z.string().min(1), columnSpecSchema).describe('Target column or field: what it is made of'),
]);

const sourceBase = {
  database: z.string(),
  key: z.array(column).min(1).optional().describe('Columns that identify an entity; from the catalog for a table'),
  columns: columns.optional(),
  where: z.string().min(1).optional().describe('SQL condition over the source row, alias s'),
};

export const sourceSchema = z.union([
  z.strictObject({ ...sourceBase, table: z.string().min(1).describe('As SQL writes it; no schema means public') }),
  z.strictObject({
    ...sourceBase,
    query: z.string().min(1).describe('Any SELECT, with a declared key and depends_on for each table it reads'),
  }),
  z.strictObject({
    database: z.string(),
    stream: z.string().min(1).describe('Redis stream of changes, such as astro_sync:changes'),
    entity: z.string().min(1).describe('Only entries of this entity'),
    key: z.array(column).min(1),
    columns: columns.optional(),
    where: z.string().min(1).optional(),
  }),
]);

const template = z.string().min(1).describe('Key template with {column} in it, such as city:{id}');

export const indexSchema = z.union([
  z.strictObject({ set: template, member: column }),
  z.strictObject({
    zset: template,
    score: column.describe('A number, or a date or timestamp (seconds since 1970)'),
    member: column,
  }),
  z.strictObject({ string: template, value: column }),
]);

const redisTarget = {
  database: z.string(),
  indexes: z.array(indexSchema).optional(),
  ttl: z.int().positive().optional().describe('Seconds, set on every write'),
  adopt: z
    .boolean()
    .optional()
    .describe('Take over and remove keys that match the template and were not written by the sync'),
};

export const targetSchema = z.union([
  z.strictObject({
    database: z.string(),
    table: z.string().min(1).describe('As SQL writes it; no schema means public'),
    update_where: z
      .string()
      .min(1)
      .optional()
      .describe(
        'SQL condition over target and source (both by that name): an existing row for which it is not true is left as it is',
      ),
  }),
  z.strictObject({ ...redisTarget, hash: template }),
  z.strictObject({ ...redisTarget, json: template }),
  z.strictObject({ ...redisTarget, string: template, value: column }),
]);

export const dependencySchema = z.strictObject({
  table: z.string().min(1).describe('A table of the source database that the projection reads'),
  keys: z
    .string()
    .min(1)
    .optional()
    .describe(
      'SELECT that turns changed rows of that table into keys of this dataset; $keys.<column> is the array of old and new values. ' +
        'Without it the key columns of the dataset are columns of that table',
    ),
});

export const onDeleteSchema = z.union([
  z.enum(['delete', 'keep']),
  z.strictObject({ mark: z.strictObject({ column, value: scalar, clear: scalar.nullable().default(null) }) }),
]);

export const datasetSchema = z.strictObject({
  name,
  description: z.string().optional(),
  job_type: z.string().min(1).optional().describe('Default: <name>_sync'),
  entity: z.string().min(1).optional().describe('The entity_type of its jobs; default: the name'),
  source: sourceSchema,
  target: targetSchema,
  depends_on: z.array(dependencySchema).optional(),
  on_delete: onDeleteSchema.default('delete').describe('What happens to an entity that is no longer in the source'),
  write: z.enum(['insert', 'update', 'upsert']).default('upsert'),
  capture: z.enum(['values', 'keys']).default('values').describe('keys costs writers less and records no values'),
  guard: z.boolean().default(false).describe('Capture writes to the target too'),
  mask: z.array(column).optional().describe('Columns hidden in queue, errors, exports and on screen'),
  inverse_of: name.optional(),
  batch: z.int().min(1).max(100_000).optional().describe('Entities per transaction or script'),
});

/** A file holds one dataset, a list of them, or { datasets: [...] }. */
export const datasetFileSchema = z.union([
  datasetSchema,
  z.array(datasetSchema),
  z.strictObject({ $schema: z.string().optional(), datasets: z.array(datasetSchema) }),
]);

export type ColumnSpec = z.infer<typeof columnSpecSchema>;
export type SourceDefinition = z.infer<typeof sourceSchema>;
export type IndexDefinition = z.infer<typeof indexSchema>;
export type DatasetDefinition = z.infer<typeof datasetSchema>;
