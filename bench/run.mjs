// Builds the program and the benchmarks, then measures. The options: npm run bench -- --help
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const checkout = resolve(import.meta.dirname, '..');
const bundle = join(checkout, 'node_modules', '.cache', 'astro-sync-bench');
const words = process.argv.slice(2);
const asksForHelp = words.includes('--help') || words.includes('-h');

if (!asksForHelp && !words.includes('--no-build')) {
  console.log('bench: building the program as users get it');
  const { status } = spawnSync('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn'], {
    cwd: checkout,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(1);
}

await build({
  configFile: false,
  root: checkout,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['pg-native', '@playwright/test'] },
  build: { ssr: join(import.meta.dirname, 'main.ts'), outDir: bundle, emptyOutDir: true, target: 'node20' },
});
const { status, signal } = spawnSync(process.execPath, [join(bundle, 'main.js'), ...words], {
  cwd: checkout,
  stdio: 'inherit',
});
process.exitCode = signal === null ? (status ?? 1) : 130;
