import { afterAll, beforeAll, expect, it } from 'vitest';
import { environmentSchema } from '../../../shared/definitions/environment';
import { openEnvironment } from '../connect/environment';
import { identityWarnings } from './pinned-identities';
import { openTestBench } from './test-bench';
import type { TestBench } from './test-bench';

let bench: TestBench;

beforeAll(async () => {
  bench = await openTestBench();
});

afterAll(() => bench.close());

it('names the server that is away and the one that is another, and goes on', async () => {
  const environment = await openEnvironment(
    environmentSchema.parse({
      name: 'test',
      databases: {
        system: { engine: 'postgres', url: bench.databases.system.url, identity: 'somebody else' },
        operations: { engine: 'postgres', url: 'postgres://nobody@127.0.0.1:1/ops', identity: 'x' },
        cache: { engine: 'redis', url: 'redis://127.0.0.1:1/0', identity: 'y' },
      },
    }),
    { folder: '.' },
  );
  const warnings = await identityWarnings(environment);
  expect(warnings).toEqual([
    expect.stringMatching(/^system .* is not the server that the environment expects/),
    expect.stringMatching(/^operations \(127\.0\.0\.1:1\/ops\) does not answer/),
    expect.stringMatching(/^cache \(127\.0\.0\.1:1\/0\) does not answer/),
  ]);
  await environment.close();
});
