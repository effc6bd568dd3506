import { z } from 'zod';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { environmentSchema } from '../../../shared/definitions/environment';
import { modes } from '../../../shared/engine/documents';
import { openEnvironment } from '../connect/environment';
import { openEngine } from './open';

/** What the program is told, as JSON. */
const orders = z.strictObject({
  environment: environmentSchema,
  definitions: z.array(datasetSchema),
  mode: z.enum(modes),
});

/** A program for tests: runs datasets, prints the document, and may be killed in the middle. */
const { environment, definitions, mode } = orders.parse(JSON.parse(process.argv[2] ?? ''));
const engine = await openEngine({
  environment: await openEnvironment(environment, { folder: '.' }),
  definitions,
  caller: { operator: 'carla', host: 'another', application: 'test child' },
});
console.log(JSON.stringify(await engine.run({ datasets: [], mode })));
await engine.close();
