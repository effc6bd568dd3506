import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentSchema } from '../../shared/definitions/environment';
import { newReferences } from '../console/profiles/references';
import type { NewReference, Place } from '../console/profiles/references';
import { connectionTo, draftWith } from '../console/testing/drafts';
import { ownFolder } from '../console/profiles/own-places';
import { connectionsOf, setAside } from './named-passwords';

const reference = (place: Place): NewReference => ({
  environment: 'mine',
  database: 'system',
  host: 'db',
  port: 5432,
  from: '',
  place,
  through: null,
  way: '',
});

it.each([
  [true, { kind: 'env', name: 'ASTRO_SYNC_PASSWORD' }],
  [true, { kind: 'env', name: 'ASTRO_SYNC_PASSWORD_OPS' }],
  [false, { kind: 'env', name: 'AWS_SECRET_ACCESS_KEY' }],
  [false, { kind: 'env', name: 'ASTRO_SYNC_WEBHOOK_URL' }],
  [true, { kind: 'file', path: join(homedir(), '.astro-sync/password') }],
  [true, { kind: 'file', path: '/run/secrets/below/db' }],
  [false, { kind: 'file', path: '/run/secrets' }],
  [false, { kind: 'file', path: '/run/secrets-of-others/db' }],
  [false, { kind: 'file', path: join(homedir(), '.ssh/token') }],
] as const)('it is %s that a page may name %o', (may, place) => {
  const one = reference(place);
  expect(setAside([one], [ownFolder(), '/run/secrets'])).toEqual(may ? [one] : []);
});

it('knows the passwords of the environment file that the console was started with, for its servers', () => {
  const definition = environmentSchema.parse({
    name: 'file',
    databases: {
      shop: { engine: 'postgres', url: 'postgres://sync@db1/shop', password: { file: 'secrets/sync' } },
      cache: {
        engine: 'redis',
        url: 'rediss://cache1:6380',
        password: { env: 'CACHE' },
        tls: { mode: 'verify-full', ca: 'ca.pem' },
      },
      system: { engine: 'postgres', url: 'postgres://sync@db1/system', password: { prompt: true } },
    },
  });
  const known = [connectionsOf(definition, '/srv/sync')];
  const file = { kind: 'file' as const, path: '/srv/sync/secrets/sync' };
  const shop = connectionTo({ host: 'db1', database: 'other', user: 'sync', secret: file });
  const cache = connectionTo({
    engine: 'redis',
    host: 'cache1',
    port: 6380,
    user: '',
    database: '0',
    secret: { kind: 'env', name: 'CACHE' },
    tls: { mode: 'verify-full', ca: '/srv/sync/ca.pem' },
  });
  const found = (connections: Parameters<typeof draftWith>[0]) =>
    newReferences(draftWith(connections), known, '/data').map(({ database }) => database);
  expect(found({ connections: { system: shop, cache } })).toEqual([]);
  const weaker = { ...cache, tls: { mode: 'require' as const } };
  expect(found({ connections: { system: { ...shop, host: 'db2' }, cache: weaker } })).toEqual(['system', 'cache']);
});
