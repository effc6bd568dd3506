import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncError } from '../errors';
import type { Environment } from './environment';
import { openEnvironment } from './environment';
import { loadEnvironment } from './load-environment';
import { redact } from './secrets';

/** Stands for every secret: it must turn up in no message. */
const canary = 'c4nary/ü\'"@:#%';

describe('an environment file', () => {
  let folder: string;
  let warnings: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'astro-environment-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    warnings = [];
  });

  async function load(text: string, name = 'env.yaml'): ReturnType<typeof loadEnvironment> {
    const file = join(folder, name);
    await writeFile(file, text);
    return loadEnvironment(file);
  }
  async function open(text: string, prompt?: (question: string) => Promise<string>): Promise<Environment> {
    const { definition, folder: own } = await load(text);
    return openEnvironment(definition, {
      folder: own,
      onWarning: (warning) => warnings.push(warning),
      ...(prompt === undefined ? {} : { prompt }),
    });
  }
  /** The error with all that leaves the process of it. */
  async function refused(work: Promise<unknown>): Promise<string> {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SyncError);
    const { code, message, hint, details } = error as SyncError;
    const text = `${code} ${message.replaceAll(folder, '')} | ${hint ?? ''}`;
    expect(text + JSON.stringify(details)).not.toContain('c4nary');
    return text;
  }
  const withOperations = (database: string, rest = ''): string =>
    `name: test\nsystem: operations\ndatabases:\n  operations: { engine: postgres, ${database} }\n${rest}`;

  it('opens with databases by name, and connects to none of them yet', async () => {
    const environment = await open(
      withOperations(
        'url: "postgres://sync@db1:5433/ops"',
        '  cache: { engine: redis, url: "redis://cache1:6380/3" }\nlevel: production\nread_only: true\n',
      ),
    );
    expect([environment.name, environment.level, environment.readOnly, environment.names]).toEqual([
      'test',
      'production',
      true,
      ['operations', 'cache'],
    ]);
    expect(environment.postgres('operations').label).toBe('operations (db1:5433/ops)');
    expect(environment.redis('cache').label).toBe('cache (cache1:6380/3)');
    expect(environment.system.name).toBe('operations');
    expect(await refused(Promise.resolve().then(() => environment.postgres('cache')))).toContain(
      'DATASET_INVALID Database "cache"',
    );
    expect(await refused(Promise.resolve().then(() => environment.database('operatoins')))).toContain(
      'Did you mean operations?',
    );
    expect(warnings).toEqual([]);
  });

  it('may be JSON', async () => {
    const { definition } = await load(
      '{ "name": "j", "databases": { "system": { "engine": "postgres", "url": "postgres://a@b/c" } } }',
      'env.json',
    );
    expect(definition.level).toBe('development');
  });

  it('names line, path and what was expected', async () => {
    const errors = [
      [
        'name: test\nlevel: prod\ndatabases: {}\n',
        ':2: level: expected "development" or "staging" or "production", found text',
      ],
      [
        'name: test\ndatabases:\n  system:\n    engine: postgres\n    ulr: x\n',
        ':5: databases.system.ulr: unknown property; did you mean url?',
      ],
      [
        'name: test\ndatabases:\n  system: { engine: postgres, url: "mysql://x" }\n',
        ':3: databases.system.url: expected a postgres:// or redis:// address',
      ],
      [
        'name: test\ndatabases:\n  system: { engine: postgres, url: "postgres://x", password: { env: 5 } }\n',
        'password.env: expected text, found a number',
      ],
      [
        'name: test\ndatabases:\n  System: { engine: postgres, url: "postgres://x" }\n',
        ':3: databases.System: expected a short name',
      ],
      [
        'name: test\ndatabases:\n  system: { engine: postgres, url: "postgres://x", connect_timeout_s: 0 }\n',
        'databases.system.connect_timeout_s: expected a number above 0',
      ],
      [
        'name: test\ndatabases:\n  system: { engine: postgres, url: "postgres://x", connect_timeout_s: 1000 }\n',
        'databases.system.connect_timeout_s: expected a number of at most 600',
      ],
      [
        'name: test\ndatabases:\n  system: { url: "postgres://x" }\n',
        'databases.system.engine: missing; expected "postgres" or "redis"',
      ],
      [
        'name: test\ndatabases:\n  system: { engine: postgres, url: "postgres://x", password: [] }\n',
        'databases.system.password: expected a group of properties or text',
      ],
      [
        'name: test\ndatabases:\n  system: { engine: postgres, url: "postgres://x", password: "" }\n',
        'databases.system.password: expected text that is not empty',
      ],
      ['name: test\n', ':1: databases: missing; expected a group of properties'],
      ['- 1\n', ':1: expected a group of properties, found a list'],
      ['', ':1: expected a group of properties, found nothing'],
      ['name: test\n  databases: {}\n', 'ENVIRONMENT_INVALID /env.yaml:1: Nested mappings'],
      ['name: a\nname: b\n', ':2: Map keys must be unique'],
      ['a: x\nname: *nobody\n', ':2: an alias of an anchor that is not set'],
      [
        'a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
        'Excessive alias count',
      ],
    ] as const;
    for (const [text, expected] of errors) expect(await refused(load(text)), text).toContain(expected);
    expect(await refused(loadEnvironment(join(folder, 'nowhere.yaml')))).toContain('there is no such file');
    expect(await refused(loadEnvironment(folder))).toContain('is a folder');
    await writeFile(join(folder, 'latin1.yaml'), Buffer.from([0x6e, 0xe9]));
    expect(await refused(loadEnvironment(join(folder, 'latin1.yaml')))).toContain('cannot be read as UTF-8 text');
  });

  it('names a system database that is not there or is Redis', async () => {
    expect(await refused(open('name: t\ndatabases: { a: { engine: postgres, url: "postgres://x@y/z" } }'))).toContain(
      'system: environment "t" has no database "system"',
    );
    expect(await refused(open('name: t\ndatabases: { system: { engine: redis, url: "redis://y" } }'))).toContain(
      '"system" is Redis',
    );
    expect(await refused(open('name: t\ndatabases: { system: { engine: redis, url: "postgres://y" } }'))).toContain(
      'engine is redis, but the url is one of postgres',
    );
  });

  it('fetches a password from the environment, a file or a person, and warns of one in plain sight', async () => {
    process.env['ASTRO_TEST_SECRET'] = canary;
    const password = async (reference: string, prompt?: () => Promise<string>): Promise<string | null> =>
      (await open(withOperations(`url: "postgres://sync@db1/ops", password: ${reference}`), prompt)).postgres(
        'operations',
      ).config.password;
    expect(await password('{ env: ASTRO_TEST_SECRET }')).toBe(canary);
    await writeFile(join(folder, 'secret'), `${canary}\n`, { mode: 0o600 });
    expect(await password('{ file: secret }')).toBe(canary);
    expect(await password('{ prompt: true }', () => Promise.resolve(canary))).toBe(canary);
    expect(warnings).toEqual([]);
    expect(await password(JSON.stringify(canary))).toBe(canary);
    const inUrl = await open(withOperations(`url: "postgres://sync:${encodeURIComponent(canary)}@db1/ops"`));
    expect(inUrl.postgres('operations').config.password).toBe(canary);
    expect(warnings).toEqual([
      expect.stringContaining('stands in plain text'),
      expect.stringContaining('stands in its url'),
    ]);
    expect(warnings.join()).not.toContain('c4nary');
  });

  it.runIf(process.platform !== 'win32')('finds files of the home folder, of secrets and of TLS', async () => {
    vi.stubEnv('HOME', folder);
    await writeFile(join(folder, 'password'), canary, { mode: 0o600 });
    await writeFile(join(folder, 'own-ca.pem'), 'an authority');
    const files = 'password: { file: "~/password" }, tls: { ca: "~/own-ca.pem" }';
    const { config } = (await open(withOperations(`url: "postgres://sync@db1/ops", ${files}`))).postgres('operations');
    expect(config).toMatchObject({ password: canary, tls: { ca: 'an authority' } });
    vi.unstubAllEnvs();
  });

  it('names the place of a secret that is not there', async () => {
    const database = (reference: string): string =>
      withOperations(`url: "postgres://sync@db1/ops", password: ${reference}`);
    expect(await refused(open(database('{ env: ASTRO_TEST_NOWHERE }')))).toContain(
      'SECRET_UNAVAILABLE the password of database "operations": the environment variable ASTRO_TEST_NOWHERE is not set',
    );
    expect(await refused(open(database('{ file: nowhere }')))).toContain('the file nowhere cannot be read (ENOENT)');
    expect(await refused(open(database('{ prompt: true }')))).toContain('there is no terminal');
    if (process.platform !== 'win32') {
      await writeFile(join(folder, 'open secret'), canary, { mode: 0o600 });
      await chmod(join(folder, 'open secret'), 0o620);
      const open0620 = await refused(open(database('{ file: "open secret" }')));
      expect(open0620).toContain('others may read or change open secret (mode 0620)');
      expect(open0620).toContain(`| chmod 600 '${join(folder, 'open secret')}'`);
    }
    await writeFile(join(folder, 'key'), 'BEGIN KEY\nsecret lines\n', { mode: 0o600 });
    const several = await refused(open(database('{ file: key }')));
    expect(several).toContain('the file key holds more than one line');
    expect(several).not.toContain('secret lines');
    expect(await refused(open(database('{ file: /dev/zero }')))).toContain('/dev/zero is no file');
    await writeFile(join(folder, 'image'), 'x'.repeat(70_000), { mode: 0o600 });
    expect(await refused(open(database('{ file: image }')))).toContain('image is too large for a secret');
  });

  it('takes the secret out of whatever is to be written down', async () => {
    await open(withOperations(`url: "postgres://sync@db1/ops", password: ${JSON.stringify(canary)}`));
    const inJson = JSON.stringify({ text: canary });
    for (const text of [canary, `postgres://sync:${encodeURIComponent(canary)}@db1`, inJson])
      expect(redact(`before ${text} after`)).not.toContain('c4nary');
  });

  it('takes a short secret out where a secret stands, and leaves the words alone that it is part of', async () => {
    await open(withOperations('url: "postgres://sync:at@db1/ops"'));
    await open(withOperations('url: "postgres://sync@db1/ops", password: "$1"'));
    await open(withOperations('url: "postgres://sync:a-/b@db1/ops"'.replace('/b', '%2Fb')));
    const text = 'the data that was late; {"password":"at","format":"at"} password=at postgres://sync:at@db1/ops $1';
    expect(redact(text)).toBe(
      'the data that was late; {"password":"•••","format":"at"} password=••• postgres://sync:•••@db1/ops $1',
    );
    expect(redact('postgres://a:nobody-knew@h/d {\\"password\\":\\"$1\\"}')).toBe(
      'postgres://a:•••@h/d {\\"password\\":\\"•••\\"}',
    );
  });

  it('is taken out of a text of any length in a time that grows with it alone', () => {
    // A word of this length took more than an hour before; the test would not end.
    for (const word of ['a', 'a+', 'a://', '://']) expect(redact(word.repeat(1_000_000))).toBe(word.repeat(1_000_000));
  });

  it('never repeats a url that cannot be read', async () => {
    const url = (text: string): Promise<string> => refused(open(withOperations(`url: "${text}"`)));
    expect(await url('postgres://sync:c4nary@db1:port/ops')).toContain('databases.operations.url is no address');
    expect(await url('postgres://sync:c4nary%zz@db1/ops')).toContain('percent sign');
    expect(await url('postgres://sync:c4nary@db1/ops?sslmode=require')).toContain(
      'has parameters this program does not read: sslmode',
    );
    expect(
      await refused(open(withOperations('url: "postgres://x"', '  c: { engine: redis, url: "redis://h/cache" }'))),
    ).toContain('names the Redis database "cache"');
  });

  it('never repeats a secret when the server cannot be reached or refuses the login', async () => {
    const environment = await open(
      withOperations(
        `url: "postgres://sync@127.0.0.1:1/ops", password: ${JSON.stringify(canary)}, connect_timeout_s: 2`,
      ),
    );
    expect(await refused(environment.system.connect('test'))).toContain(
      'CONNECT_FAILED Could not connect to operations (127.0.0.1:1/ops)',
    );
  });

  it('names a TLS file that is not there', async () => {
    expect(await refused(open(withOperations('url: "postgres://x@h/d", tls: { ca: nowhere.pem }')))).toContain(
      'databases.operations.tls.ca: the file nowhere.pem cannot be read (ENOENT)',
    );
  });
});
