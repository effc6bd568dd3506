import { z } from 'zod';
import { errorDocumentSchema } from '../../engine/documents';
import { definitionErrors, serverErrors } from '../errors';
import { method, nothing } from '../method';

/** Where a dataset reads or writes, as a person reads it. */
export const placeSchema = z.strictObject({
  database: z.string(),
  engine: z.enum(['postgres', 'redis']),
  /** a table, a query, a stream or a key template */
  kind: z.enum(['table', 'query', 'stream', 'hash', 'json', 'string']),
  name: z.string(),
});

export const datasetSummarySchema = z.strictObject({
  name: z.string(),
  job_type: z.string(),
  entity_type: z.string(),
  source: placeSchema,
  target: placeSchema,
  on_delete: z.enum(['delete', 'keep', 'mark']),
  write: z.enum(['insert', 'update', 'upsert']),
  inverse_of: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().nullable(),
});
export type DatasetSummary = z.infer<typeof datasetSummarySchema>;

/** A column or field of a dataset, both sides next to each other; a side is null where it has none. */
export const columnPairSchema = z.strictObject({
  source: z.strictObject({ name: z.string(), type: z.string().nullable() }).nullable(),
  target: z.strictObject({ name: z.string(), type: z.string().nullable() }).nullable(),
  key: z.boolean(),
  masked: z.boolean(),
  /** the expression or value map, where it is not taken as it is */
  computed: z.string().nullable(),
});

export const datasetDetailSchema = datasetSummarySchema.extend({
  /** the definition as it stands in its file */
  text: z.string(),
  /** the line of its file at which that begins; null where it was written anew */
  text_line: z.int().nullable(),
  /** datasets that it has to do with: which feed it, read what it writes, or stand above or below it by foreign keys */
  related: z.array(
    z.strictObject({ dataset: z.string(), relation: z.enum(['fed_by', 'feeds', 'parent', 'child', 'inverse']) }),
  ),
  columns: z.array(columnPairSchema),
  depends_on: z.array(z.strictObject({ table: z.string(), keys: z.string() })),
  /** index entries of a Redis target: sets, sorted sets, look-ups */
  indexes: z.array(z.string()),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.boolean(),
      level: z.enum(['error', 'warning', 'info']),
      detail: z.string(),
    }),
  ),
  error: errorDocumentSchema.nullable(),
});
export type DatasetDetail = z.infer<typeof datasetDetailSchema>;

const name = z.strictObject({ name: z.string() });
/** A file that holds a definition, or in which something is wrong: as the session or the list names it. */
const file = z.strictObject({ file: z.string().max(4096) });

export const datasetsMethods = {
  'datasets.list': method('nothing', nothing, z.array(datasetSummarySchema), ['NO_SESSION']),
  'datasets.detail': method('nothing', name, datasetDetailSchema, [...serverErrors, ...definitionErrors]),
  /** Dataset definitions (YAML) for what two databases have in common. */
  'datasets.discover': method(
    'nothing',
    z.strictObject({ source: z.string(), target: z.string(), schema: z.string().nullable() }),
    z.strictObject({ text: z.string() }),
    [...serverErrors, ...definitionErrors],
  ),
  /** Writes discovered definitions to a new file of the dataset folder; never over another. */
  'datasets.add': method(
    'console',
    z.strictObject({
      file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ya?ml$/),
      text: z.string().max(1_000_000),
    }),
    z.strictObject({ file: z.string() }),
    [...serverErrors, 'FILE_EXISTS', 'DATASET_INVALID'],
  ),
  /** The text of a file of definitions, also of one in which something is wrong. */
  'datasets.file': method('nothing', file, z.strictObject({ file: z.string(), text: z.string() }), [
    'NO_SESSION',
    'FILE_UNKNOWN',
  ]),
  /** Opens a file of definitions in the user's own editor; where the host cannot, gives its path alone. */
  'datasets.edit': method('console', file, z.strictObject({ file: z.string(), opened: z.boolean() }), [
    'NO_SESSION',
    'FILE_UNKNOWN',
  ]),
} as const;
