import { afterAll, beforeAll, expect, it } from 'vitest';
import { datasetSchema } from '../../../shared/definitions/dataset';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import type { Environment } from '../connect/environment';
import { testEnvironment } from '../connect/test-environment';
import { resolveDatasets } from './resolve';

let server: TestDatabase;
let environment: Environment;

beforeAll(async () => {
  server = await createTestDatabase();
  environment = await testEnvironment({
    operations: server.url,
    system: server.url,
    cache: 'redis://127.0.0.1:6399/0',
  });
  await (await server.client()).query('CREATE TABLE public.people (id bigint PRIMARY KEY, mail text)');
});

afterAll(async () => {
  await environment.close();
  await server.drop();
});

it('warns of columns that one dataset shows and another masks, unless they read other rows', async () => {
  const people = (name: string, more: object, where?: string) => ({
    name,
    source: { database: 'operations', table: 'people', columns: { id: null, address: 'mail' }, where },
    target: { database: 'cache', hash: `${name}:{id}` },
    ...more,
  });
  const told = async (...definitions: object[]) =>
    (
      await resolveDatasets(
        environment,
        definitions.map((each) => datasetSchema.parse(each)),
      )
    ).warnings;
  const masking = people('hiding', { mask: ['address'] });
  expect(await told(masking, people('showing', {}))).toEqual([
    { dataset: 'showing', text: 'shows mail of operations public.people, which hiding masks: mask it here too' },
  ]);
  expect(await told(masking, people('also-hiding', { mask: ['mail'] }))).toEqual([]);
  expect(await told(people('hiding', { mask: ['mail'] }, 's.id < 5'), people('showing', {}, 's.id >= 5'))).toEqual([]);
});
