import { chmodSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { licencesOf } from './scripts/licences.mjs';

/** Programs of the Node side; each becomes one ESM file `out/main/<name>.js`. */
const programs = {
  index: 'electron/main/index.ts',
  cli: 'electron/cli/index.ts',
  'engine-worker': 'electron/console/engine/worker.ts',
  demo: 'electron/cli/demo.ts',
};

/** Built in: loading these as they come takes half a second of every start of the terminal, in the bundle half of that. */
const builtIn = [
  'cli-table3',
  'commander',
  'conf',
  'ioredis',
  'log-update',
  'pg',
  'pg-copy-streams',
  'picocolors',
  'pino',
  'ws',
  'yaml',
  'zod',
];

const at = (path: string): string => resolve(import.meta.dirname, path);
const existing = Object.entries(programs)
  .map(([name, path]): [string, string] => [name, at(path)])
  .filter(([, path]) => existsSync(path));

/** Makes the terminal program a command: npm links `bin` files as they are. */
const command: Plugin = {
  name: 'astro-sync:command',
  writeBundle({ dir = '' }, bundle) {
    const cli = bundle['cli.js'];
    if (cli?.type !== 'chunk') return;
    if (!cli.code.startsWith('#!/usr/bin/env node\n'))
      this.error(`${programs.cli} must begin with #!/usr/bin/env node`);
    chmodSync(join(dir, cli.fileName), 0o755);
  },
};

/** Notes the licences of all that is built in, for the page that shows them. */
const licences: Plugin = {
  name: 'astro-sync:licences',
  generateBundle() {
    const source = JSON.stringify(licencesOf(import.meta.dirname));
    this.emitFile({ type: 'asset', fileName: 'licences.json', source });
  },
};

export default defineConfig({
  main: {
    plugins: [command, licences],
    build: {
      target: 'node20',
      externalizeDeps: { exclude: builtIn },
      rolldownOptions: {
        input: Object.fromEntries(existing),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can require nothing but electron: everything else must be inside the one file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [react()],
    resolve: { alias: { '@radix-ui/react-dialog': at('renderer/src/shell/unused-dialog.ts') } },
    build: {
      minify: true,
      // What several views share comes in one file beside the first, instead of in thirty after it.
      cssCodeSplit: false,
      rolldownOptions: {
        input: { index: at('renderer/index.html') },
        output: {
          codeSplitting: {
            groups: [
              {
                name: 'shared',
                test: /[\\/]renderer[\\/]src[\\/](components|format|router|store|wire)[\\/]|[\\/]lucide-react[\\/]/,
              },
            ],
          },
        },
      },
    },
  },
});
