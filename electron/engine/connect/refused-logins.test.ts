import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import type { TestDatabase } from '../../sandbox/servers/test-databases';
import { SyncError } from '../errors';
import { openEnvironment } from './environment';
import { refusedLogins } from './refused-logins';
import { environmentSchema } from '../../../shared/definitions/environment';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('does not try a login again that PostgreSQL refused, until somebody asks for it', async () => {
  const client = await database.client();
  const role = `locked_${String(process.pid)}`;
  await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'right'`);
  const { host, pathname } = new URL(database.url);
  const url = `postgres://${role}@${host}${pathname}`;
  const definition = environmentSchema.parse({ name: 'mine', databases: { system: { engine: 'postgres', url } } });
  const refused = refusedLogins();
  const environment = await openEnvironment(definition, { folder: '', passwords: { system: 'wrong' }, refused });
  const login = () => environment.system.connect('test');
  const refusal: unknown = await login().catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringContaining('password authentication failed'),
    hint: expect.stringContaining('Correct the user or the password of "system"'),
    retryable: false,
    details: { login: 'refused' },
  });
  // The server would let it in now: only whoever tries is told so.
  await client.query(`ALTER ROLE ${role} PASSWORD 'wrong'`);
  await expect(login()).rejects.toBe(refusal);
  refused.forget();
  await (await login()).end();
  await environment.close();
  await client.query(`DROP ROLE ${role}`);
});

it('makes one attempt for all that come at once, and takes up again where the server could only not be reached', async () => {
  const refused = refusedLogins();
  let attempts = 0;
  const fails = (details: Readonly<Record<string, unknown>>) => (): Promise<never> => {
    attempts += 1;
    return Promise.reject(new SyncError('CONNECT_FAILED', 'no', { details }));
  };
  await expect(refused.attempt('one', fails({}))).rejects.toThrow('no');
  const many = [1, 2, 3].map(() => refused.attempt('one', fails({ login: 'refused' })));
  expect((await Promise.allSettled(many)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(attempts).toBe(2);
  expect(await refused.attempt('two', () => Promise.resolve('in'))).toBe('in');
});
