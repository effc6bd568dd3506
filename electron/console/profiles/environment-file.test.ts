import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ProfileDraft } from '../../../shared/contract/profile';
import { loadEnvironment } from '../../engine/connect/load-environment';
import { connectionTo, draftWith } from '../testing/drafts';
import { environmentFile } from './environment-file';
import { environmentOf } from './to-environment';

const folder = join('/home', 'olga', '.astro-sync');

async function readBack(draft: ProfileDraft, secrets: readonly string[] = []) {
  const { text, ...rest } = environmentFile(draft, { folder, secrets, command: 'astro-sync -e mine.yaml check' });
  const place = await mkdtemp(join(tmpdir(), 'astro-sync-test-'));
  try {
    await writeFile(join(place, 'mine.yaml'), text);
    return { ...rest, text, definition: (await loadEnvironment(join(place, 'mine.yaml'))).definition };
  } finally {
    await rm(place, { recursive: true });
  }
}

it('is read by the terminal as what was saved: servers, level, rights and protection', async () => {
  const draft = draftWith({
    level: 'production',
    read_only: true,
    connections: {
      system: connectionTo({ secret: { kind: 'none' }, identity: 'pg:7312', connect_timeout_s: 90 }),
      cache: connectionTo({
        engine: 'redis',
        host: '::1',
        port: 6380,
        database: '3',
        user: 'a b@c',
        secret: { kind: 'env', name: 'CACHE_PASSWORD' },
        allow_eviction: true,
        tls: { mode: 'verify-full', ca: '/etc/ca.pem', servername: 'cache.example' },
      }),
    },
  });
  const { definition, asks, tunnelled } = await readBack(draft);
  expect(definition).toEqual(environmentOf(draft));
  expect([asks, tunnelled]).toEqual([[], []]);
});

it('asks for what the console keeps, and says in the file what cron needs instead', async () => {
  const tls = { mode: 'verify-full', cert: 'client.pem', key: 'client.key' } as const;
  const draft = draftWith({ connections: { system: connectionTo({ tls }), other: connectionTo({ tls }) } });
  const { definition, asks, text } = await readBack(draft, ['system', 'other', 'other.tls']);
  expect(asks).toEqual(['system', 'other', 'other.tls']);
  expect(definition.databases['system']).toMatchObject({ password: { prompt: true } });
  expect(definition.databases['system']?.tls).not.toHaveProperty('passphrase');
  expect(definition.databases['other']?.tls).toMatchObject({ passphrase: { prompt: true } });
  expect(text.match(/under cron/gu)).toHaveLength(3);
  expect(text).toMatch(/^# "mine" as it was saved.*\n# {3}astro-sync -e mine\.yaml check\n/u);
});

it('can lie anywhere: paths that start from the folder of the console are written whole', async () => {
  const tls = { mode: 'verify-ca', ca: 'ca.pem', cert: '/etc/client.pem', key: '~/client.key' } as const;
  const secret = { kind: 'file', path: 'secrets/system' } as const;
  const { definition } = await readBack(draftWith({ connections: { system: connectionTo({ secret, tls }) } }));
  const { password, tls: written } = definition.databases['system']!;
  expect(password).toEqual({ file: join(folder, 'secrets/system') });
  expect(written).toMatchObject({ ca: join(folder, 'ca.pem'), cert: '/etc/client.pem' });
  expect(written?.key).toMatch(/^\/.*\/client\.key$/u);
});

it('says of a connection through the tunnel how to open one, since the terminal opens none', async () => {
  const draft = draftWith({
    connections: {
      system: connectionTo({ tunnel: true }),
      other: connectionTo({ host: 'open.example' }),
      third: connectionTo({ tunnel: true, host: "x; rm -rf '~'\r\nname" }),
    },
    tunnel: {
      host: 'bastion.example',
      port: 2222,
      user: 'olga',
      auth: { kind: 'key', path: '/home/olga/.ssh/id' },
      known_hosts: null,
      keep_alive_s: 15,
    },
  });
  const { definition, tunnelled, text } = await readBack(draft);
  expect(tunnelled).toEqual(['system', 'third']);
  expect(text).toContain('#   ssh -N -L 15432:db:5432 -p 2222 -i /home/olga/.ssh/id -- olga@bastion.example\n    url:');
  expect(definition.name).toBe('mine');
  expect(text).toContain(`-L '15433:x; rm -rf '\\''~'\\''`);
  expect(text.match(/ssh -N/gu)).toHaveLength(2);
});
