/**
 * Writes what is made from the zod schemas that the program itself uses: the JSON Schemas of environment and dataset files into
 * resources/, and what the page checks of what it gets.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runnerImport } from 'vite';

const root = resolve(import.meta.dirname, '..');
const { module } = await runnerImport(resolve(root, 'shared/definitions/json-schema.ts'));

for (const [name, schema] of Object.entries(module.jsonSchemas)) {
  const file = resolve(root, 'resources', name);
  const options = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(schema()), { ...options, filepath: file }));
  console.log(`resources/${name}`);
}

const { module: shapes } = await runnerImport(resolve(root, 'shared/contract/contract-shapes.ts'));
await writeFile(resolve(root, shapes.shapesFile), shapes.contractShapes());
console.log(shapes.shapesFile);
