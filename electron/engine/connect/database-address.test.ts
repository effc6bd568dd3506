import { expect, it } from 'vitest';
import { SyncError } from '../errors';
import { parseAddress } from './database-address';

it.each([
  'postgres://sync:123/TopSecret@127.0.0.1:5432/src',
  'postgres://sync:pa@Top/Secret@127.0.0.1:5432/src',
  'postgres://sync:pa@TopSecret@127.0.0.1:5432/src',
  'postgres://sync:12#TopSecret@127.0.0.1:5432/src',
  'postgres://sync:12#TopSecret',
  'postgres://sync:12?TopSecret=x@127.0.0.1:5432/src',
  'redis://:TopSecret/0@cache1:6379/0',
])('shows nothing of a password that takes the url apart: %s', (url) => {
  let refused: unknown;
  try {
    parseAddress(url, 'shop');
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(SyncError);
  const { code, message, hint } = refused as SyncError;
  expect(code).toBe('ENVIRONMENT_INVALID');
  expect(message).toContain('databases.shop.url');
  expect(`${message} ${hint ?? ''}`).not.toMatch(/TopSecret|sync|123/);
});

it.each([
  ['postgres://sync@db1:5433/ops', { host: 'db1', port: 5433, user: 'sync', password: null, path: 'ops' }],
  ['postgres://sync:a%2Fb%40c%23@db1/ops', { host: 'db1', password: 'a/b@c#', path: 'ops' }],
  ['postgres://us%40er@[::1]/ops', { host: '::1', user: 'us@er' }],
  ['redis://cache1:6379/3', { host: 'cache1', port: 6379, user: null, path: '3' }],
])('takes %s apart', (url, parts) => {
  expect(parseAddress(url, 'shop')).toMatchObject(parts);
});
