import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis } from '../../sandbox/servers/redis';
import type { RedisServer } from '../../sandbox/servers/redis';
import { redisDatabase } from './redis';
import { testEnvironment } from './test-environment';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis({ args: ['--requirepass', 'right'] });
});
afterAll(() => server.stop());

it.each([
  [null, 'the server asks for a password, and none is given'],
  ['wrong', 'the user or the password is wrong'],
])('says in words why a Redis lets nobody in with the password %s', async (password, reason) => {
  const environment = await testEnvironment({ system: 'postgres://nobody@127.0.0.1/nothing', cache: server.url() });
  const database = redisDatabase({ ...environment.redis('cache').config, password });
  await expect(database.connect('test')).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringContaining(reason) as string,
    hint: 'Correct the user or the password of "cache" in the environment; where it is typed in, open it again.',
    details: { login: 'refused' },
  });
});
