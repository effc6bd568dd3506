import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { datasetSchema, dependencySchema } from '../../../shared/definitions/dataset';
import { databaseSchema, environmentSchema } from '../../../shared/definitions/environment';
import { loadEnvironment } from '../connect/load-environment';
import { loadDatasets } from './load';

const root = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const examples = (file: string, kind: string): string[] =>
  [...read(file).matchAll(new RegExp(`^\`\`\`yaml ${kind}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text ?? '');

describe('the documentation of files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'astro-docs-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const datasets = examples('docs/datasets.md', 'dataset');
  it.each(datasets.map((text, index) => [index + 1, text] as const))(
    'has a dataset example %i that loads, and that editors accept',
    async (_index, text) => {
      const file = join(folder, 'example.yaml');
      await writeFile(file, text);
      expect((await loadDatasets(file)).length).toBeGreaterThan(0);
      const check = new Ajv().compile(JSON.parse(read('resources/dataset.schema.json')) as object);
      expect(check(parse(text)), JSON.stringify(check.errors)).toBe(true);
    },
  );

  it('has an environment that loads', async () => {
    const [text] = examples('docs/environment.md', 'environment');
    const file = join(folder, 'environment.yaml');
    await writeFile(file, text ?? '');
    expect((await loadEnvironment(file)).definition.name).toBe('staging');
  });

  it('names every property that a file may have', () => {
    expect(datasets.length).toBeGreaterThan(5);
    const text = read('docs/datasets.md');
    for (const name of [...Object.keys(datasetSchema.shape), ...Object.keys(dependencySchema.shape)])
      expect(text).toContain(name);
    const environment = read('docs/environment.md');
    for (const name of [...Object.keys(environmentSchema.shape), ...Object.keys(databaseSchema.shape)]) {
      if (name !== '$schema') expect(environment).toContain(name);
    }
  });
});
