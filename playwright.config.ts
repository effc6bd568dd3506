import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/programs.mjs';

const chromium = findChromium();
if (chromium === undefined) throw new Error('No Chromium found: npm run setup-test brings it, or set CHROMIUM_PATH.');

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
  workers: 1,
  reporter: 'list',
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
