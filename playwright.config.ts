import { defineConfig } from '@playwright/test';
import { findChromium } from './e2e/chromium';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  forbidOnly: process.env['CI'] !== undefined,
  workers: 1,
  reporter: 'list',
  use: {
    launchOptions: {
      executablePath: findChromium(),
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
