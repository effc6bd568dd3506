import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Connection, SecretSource } from '../../../shared/contract/profile';
import { openConsoleBench } from '../testing/console-bench';
import type { ConsoleBench } from '../testing/console-bench';
import { connectionTo, draftWith } from '../testing/drafts';
import type { NewReference } from './references';

const variable = 'SOMETHING_PRIVATE';
let bench: ConsoleBench;
let stranger: Server;
let heard = '';
let calls = 0;
let asked: NewReference[] = [];
let answer = false;
let file = '';

beforeAll(async () => {
  bench = await openConsoleBench({
    facilities: {
      mayBeSent(references) {
        asked.push(...references);
        return Promise.resolve(answer ? references : []);
      },
    },
  });
  file = join(bench.dataFolder, 'private-line');
  await writeFile(file, 'CANARY-FILE', { mode: 0o600 });
  process.env[variable] = 'CANARY-VARIABLE';
  // A server that asks for the password in clear and keeps what it hears.
  stranger = createServer((socket) => {
    calls += 1;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    });
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
});
beforeEach(() => {
  [heard, calls, asked, answer] = ['', 0, [], false];
});
afterAll(async () => {
  Reflect.deleteProperty(process.env, variable);
  stranger.close();
  await bench.close();
});

const system = (secret: SecretSource, more: Partial<Connection> = {}): Connection =>
  connectionTo({
    host: '127.0.0.1',
    port: (stranger.address() as AddressInfo).port,
    connect_timeout_s: 1,
    secret,
    ...more,
  });
const draft = (secret: SecretSource, more: Partial<Connection> = {}) =>
  draftWith({ name: 'taken', connections: { system: system(secret, more) } });
const test = (secret: SecretSource, more: Partial<Connection> = {}) =>
  bench.call('profiles.test', { id: null, draft: draft(secret, more), secrets: {} });
const refused = (from: string): RegExp =>
  new RegExp(`SECRET_UNAVAILABLE: The password of system in "taken" is not taken from ${from} and sent to 127`);

it.each([
  ['file', 'CANARY-FILE'],
  ['env', 'CANARY-VARIABLE'],
] as const)('a page alone has no %s sent that it names, however it asks', async (kind, canary) => {
  const secret: SecretSource = kind === 'file' ? { kind, path: file } : { kind, name: variable };
  const from = kind === 'file' ? `file ${file}` : `variable ${variable}`;
  await expect(test(secret)).rejects.toThrow(refused(from));
  await expect(bench.call('profiles.create', { draft: draft(secret), secrets: {}, insist: false })).rejects.toThrow(
    refused(from),
  );
  const { profile } = await bench.call('profiles.create', {
    draft: draft({ kind: 'none' }),
    secrets: {},
    insist: false,
  });
  await expect(
    bench.call('profiles.update', { id: profile.id, was: null, draft: draft(secret), secrets: {}, insist: false }),
  ).rejects.toThrow(refused(from));
  const text = JSON.stringify({ kind: 'astro-sync-profiles', version: 1, profiles: [draft(secret)] });
  const imported = await bench.call('profiles.import', { text, trust: true });
  expect(imported.asked).toMatchObject([{ from, host: '127.0.0.1' }]);
  expect(imported.added[0]?.profile.connections['system']?.secret).toEqual({ kind: 'stored' });
  expect(asked).toHaveLength(4);
  expect([heard, calls]).toEqual(['', 0]);

  // Where the host admits it, it is sent.
  answer = true;
  await test(secret);
  expect(heard).toContain(canary);
  for (const { id } of [profile, imported.added[0]!.profile]) await bench.call('profiles.remove', { id });
});

it('what is saved for a server is sent there again, and nowhere else', async () => {
  answer = true;
  const secret: SecretSource = { kind: 'file', path: file };
  const strict = { tls: { mode: 'verify-full' as const } };
  const { profile } = await bench.call('profiles.create', {
    draft: draft(secret, { ...strict, user: 'saved' }),
    secrets: {},
    insist: false,
  });
  answer = false;
  asked = [];
  const again = (more: Partial<Connection>) => test(secret, { ...strict, user: 'saved', ...more });
  await again({ database: 'another' });
  const copy = await bench.call('profiles.duplicate', { id: profile.id });
  expect(asked).toEqual([]);
  for (const elsewhere of [{ port: 1 }, { host: 'localhost' }, { user: 'x' }, { tls: null }])
    await expect(again(elsewhere)).rejects.toThrow('SECRET_UNAVAILABLE');
  expect(asked).toHaveLength(4);
  for (const { id } of [profile, copy.profile]) await bench.call('profiles.remove', { id });
});

it('a relative folder of definitions is refused by the host', async () => {
  const wanted = { ...draft({ kind: 'none' }), datasets: '../datasets' };
  const message = /PROFILE_INVALID: datasets: the whole path is needed/;
  await expect(bench.call('profiles.create', { draft: wanted, secrets: {}, insist: false })).rejects.toThrow(message);
  await expect(bench.call('profiles.test', { id: null, draft: wanted, secrets: {} })).rejects.toThrow(message);
});
