import { z } from 'zod';
import { datasetFileSchema } from './dataset';
import { environmentSchema } from './environment';

/** The JSON Schemas of the files that users write, by the name of the file in resources/: editors complete and check with them. */
export const jsonSchemas: Readonly<Record<string, () => unknown>> = {
  'environment.schema.json': () => jsonSchema(environmentSchema, 'Environment of the AstroBookings Sync Console'),
  'dataset.schema.json': () => jsonSchema(datasetFileSchema, 'Datasets of the AstroBookings Sync Console'),
};

/** Draft 7, which every editor's YAML and JSON support knows; of what is written, before defaults are filled in. */
function jsonSchema(schema: z.ZodType, title: string): unknown {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return { $schema, title, ...rest };
}
