import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { environmentSchema } from '../../../shared/definitions/environment';
import { createTestDatabase } from '../../sandbox/servers/test-databases';
import { openEnvironment } from './environment';

it('the end of a connection is not waited for for ever where the network says nothing any more', async () => {
  const database = await createTestDatabase();
  const url = new URL(database.url);
  const ends: Socket[] = [];
  const network = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
    ends.push(near, far);
    for (const end of [near, far]) end.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => {
    network.listen(0, '127.0.0.1', done);
  });
  const { port } = network.address() as AddressInfo;
  const definition = { name: 'dead', databases: { system: { engine: 'postgres', url: database.url } } };
  const environment = await openEnvironment(environmentSchema.parse(definition), {
    folder: '.',
    via: { system: { host: '127.0.0.1', port } },
  });
  try {
    const client = await environment.system.connect('test');
    expect((await client.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    for (const end of ends) end.unpipe().pause();
    await client.end();
    expect(client.connection.stream.destroyed).toBe(true);
  } finally {
    for (const end of ends) end.destroy();
    network.close();
    await environment.close();
    await database.drop();
  }
}, 15_000);
