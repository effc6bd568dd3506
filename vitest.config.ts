import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Starts the servers that the tests share, once for the whole run. */
const sharedServers = resolve(import.meta.dirname, 'electron/sandbox/servers/vitest-global-setup.ts');

export default defineConfig({
  test: {
    environment: 'node',
    include: ['{shared,electron,renderer,scripts,bench}/**/*.test.ts'],
    // The servers that tests share are Linux's: elsewhere what needs none runs without (TEST_SERVERS=none).
    globalSetup: process.env['TEST_SERVERS'] === 'none' ? [] : [sharedServers],
    setupFiles: ['scripts/vitest-random-seed.ts', 'scripts/vitest-one-query-at-a-time.ts'].map((file) =>
      resolve(import.meta.dirname, file),
    ),
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
