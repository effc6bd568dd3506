import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from './json-schema';

const resources = resolve(import.meta.dirname, '../../resources');
const published = (name: string): object => JSON.parse(readFileSync(resolve(resources, name), 'utf8')) as object;

const cities = {
  name: 'cities',
  source: { database: 'operations', table: 'public.cities' },
  target: { database: 'system', table: 'public.cities' },
};

describe('the published JSON Schemas', () => {
  it.each(Object.keys(jsonSchemas))('%s is what the program checks with (npm run schemas)', (name) => {
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(jsonSchemas[name]?.())));
  });

  it('accept datasets as they are written, before defaults are filled in', () => {
    const check = new Ajv().compile(published('dataset.schema.json'));
    const cards = {
      name: 'city-cards',
      source: { database: 'operations', table: 'public.cities', key: ['id'], columns: ['id', 'name', 'population'] },
      target: {
        database: 'cache',
        hash: 'city:{id}',
        indexes: [
          { zset: 'cities-by-size', score: 'population', member: 'id' },
          { string: 'city-name:{name}', value: 'id' },
        ],
      },
    };
    const mapped = {
      ...cities,
      source: { ...cities.source, columns: { id: null, a: 'b', c: { map: { x: 1 }, else: null }, d: { sql: '1' } } },
    };
    for (const file of [cities, [cities, cards], { datasets: [cities] }, mapped])
      expect(check(file), JSON.stringify(check.errors)).toBe(true);
    for (const file of [
      { ...cities, sorce: 1 },
      { ...cities, name: 'Cities' },
      { ...cities, source: { database: 'a' } },
    ])
      expect(check(file)).toBe(false);
  });

  it('accept an environment', () => {
    const check = new Ajv().compile(published('environment.schema.json'));
    const environment = {
      name: 'staging',
      level: 'staging',
      databases: {
        operations: {
          engine: 'postgres',
          url: 'postgres://sync@db1:5432/ops',
          password: { env: 'OPS_PASSWORD' },
          tls: { mode: 'verify-full', ca: 'ca.pem' },
        },
        system: { engine: 'postgres', url: 'postgres://sync@db1:5432/system', password: { file: 'secrets/system' } },
        cache: { engine: 'redis', url: 'redis://cache1:6379/0' },
      },
      system: 'system',
    };
    expect(check(environment), JSON.stringify(check.errors)).toBe(true);
    expect(check({ ...environment, level: 'prod' })).toBe(false);
    expect(check({ ...environment, databases: { System: environment.databases.system } })).toBe(false);
  });
});
