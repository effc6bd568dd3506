import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findElectron } from './scripts/electron-binary.mjs';
import { findChromium } from './scripts/programs.mjs';

const chromium = findChromium();
if (chromium === undefined) throw new Error('No Chromium found: npm run setup-test brings it, or set CHROMIUM_PATH.');

// Only where the real binary is missing; nothing is downloaded here. The name of the project says which of the two ran.
const realElectron = findElectron() !== undefined;
if (!realElectron) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = resolve(import.meta.dirname, 'e2e/desktop/double/bin');

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
  // As the unit tests: each has servers of its own.
  workers: 2,
  // A busy machine may be slow once; the summary names what only passed at the second try.
  retries: 1,
  reporter: 'list',
  // Real servers on a machine that may be busy: a state is waited for, a broken one is told soon enough.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  projects: [
    { name: 'page', testIgnore: 'desktop/**' },
    { name: realElectron ? 'desktop on Electron' : 'desktop on the double', testMatch: 'desktop/**/*.spec.ts' },
  ],
  use: {
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox', // Chromium's own sandbox refuses to run as root
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
