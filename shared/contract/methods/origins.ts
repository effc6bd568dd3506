import { z } from 'zod';
import { changedBy, errorDocumentSchema, jobSchema } from '../../engine/documents';
import { rowErrorSchema } from '../../engine/reports';
import { instant } from '../instant';
import { definitionErrors, historyErrors } from '../errors';
import { method } from '../method';

/** Who changed how much: one line of the table. */
export const originLineSchema = z.strictObject({
  application: z.string().nullable(),
  actor: z.string().nullable(),
  session_user: z.string().nullable(),
  database: z.string(),
  dataset: z.string(),
  changes: z.int(),
  last_at: z.string(),
});
export type OriginLine = z.infer<typeof originLineSchema>;

export const originsSchema = z.strictObject({
  since: z.string(),
  until: z.string(),
  by: z.enum(changedBy).nullable(),
  bucket_s: z.int(),
  /** by start of the bucket and application; buckets without changes are left out */
  series: z.array(z.strictObject({ at: z.string(), application: z.string().nullable(), changes: z.int() })),
  lines: z.array(originLineSchema),
  /** how many changes of that time a run of the sync wrote itself, whether they are among the lines or not */
  by_sync: z.int(),
  /** lines beyond the limit, or jobs before the newest half million, were left out */
  truncated: z.boolean(),
});
export type Origins = z.infer<typeof originsSchema>;

/** The image of an entity on one side: column → canonical text; masked columns hidden. */
const image = z.record(z.string(), z.string().nullable()).nullable();

/** One side of an entity; `available` false for a stream; `error`: why it could not be read now. */
const sideSchema = z.strictObject({
  database: z.string(),
  available: z.boolean(),
  image,
  error: errorDocumentSchema.nullable(),
});

/** An entity as one dataset has it now. */
const entitySchema = z.strictObject({
  dataset: z.string(),
  key: z.record(z.string(), z.string()),
  /** as the projection has it, null where there is none */
  source: sideSchema,
  target: sideSchema,
  /** names of the columns in which the two differ; none where one of them could not be read */
  differs: z.array(z.string()),
});

/** A verification that covered an entity, and what it found. */
export const verificationOfEntitySchema = z.strictObject({
  dataset: z.string(),
  run: z.string(),
  /** a run verifies what it wrote */
  kind: z.enum(['plan', 'run', 'verify']),
  at: z.string(),
  /** true: of the whole dataset; false: of what had changed, this entity among it */
  whole: z.boolean(),
  verified: z.boolean(),
  /** all that follows is of the dataset: rows that differed, without those that failed, were withheld or in conflict */
  differences: z.int().nullable(),
  failed: z.int(),
  withheld: z.int(),
  conflicted: z.int(),
  in_flight: z.int().nullable(),
  error: errorDocumentSchema.nullable(),
  /** what it found of this very entity; null: that is not known */
  row: z.enum(['equal', 'differs', 'failed']).nullable(),
});
export type VerificationOfEntity = z.infer<typeof verificationOfEntitySchema>;

/** Everything that is known of one entity, across the databases. */
export const explanationSchema = entitySchema.extend({
  /** the same entity in the datasets that share its table, stream or cards */
  others: z.array(entitySchema),
  /** of all these datasets, by the time of the change, the newest first */
  jobs: z.array(jobSchema),
  errors: z.array(rowErrorSchema),
  /** the latest verifications that covered it, of these datasets */
  verifications: z.array(verificationOfEntitySchema),
  /** jobs and errors of before then are left out; null: there are none */
  older: z.string().nullable(),
});
export type Explanation = z.infer<typeof explanationSchema>;

export const originsMethods = {
  'origins.summary': method(
    'nothing',
    z.strictObject({
      since: instant,
      until: instant,
      buckets: z.int().min(1).max(500),
      dataset: z.string().nullable(),
      /** null: of anybody */
      by: z.enum(changedBy).nullable(),
    }),
    originsSchema,
    historyErrors,
  ),
  /** `key`: the one value, or {"column": "value"}; `before`: only what was changed or failed before then. */
  'entities.explain': method(
    'nothing',
    z.strictObject({ dataset: z.string(), key: z.string().max(8192), before: instant.nullable() }),
    explanationSchema,
    [...historyErrors, ...definitionErrors],
  ),
  /** Entities that the queue knows under this key, for the palette. */
  'entities.find': method(
    'nothing',
    z.strictObject({ text: z.string().min(1).max(256) }),
    z.array(z.strictObject({ dataset: z.string(), key: z.record(z.string(), z.string()) })),
    historyErrors,
  ),
} as const;
