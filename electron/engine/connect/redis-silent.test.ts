import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { redisDatabase } from './redis';
import { testEnvironment } from './test-environment';

it('a Redis that takes the connection and says nothing is not waited for for ever', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const environment = await testEnvironment({
    system: 'postgres://nobody@127.0.0.1/nothing',
    cache: `redis://127.0.0.1:${String(port)}`,
  });
  const silent = redisDatabase({ ...environment.redis('cache').config, connectTimeoutMs: 300 });
  try {
    await expect(silent.connect('test')).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringContaining('no answer in time') as string,
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}, 10_000);
