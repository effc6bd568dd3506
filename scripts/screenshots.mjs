// Makes the pictures in docs/screenshots/ anew, from the built console on real servers.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '..');
const child = spawn('npx', ['playwright', 'test', '--project=page', 'e2e/console/screenshots.spec.ts'], {
  cwd: checkout,
  stdio: 'inherit',
  env: { ...process.env, SCREENSHOTS: '1' },
  shell: process.platform === 'win32',
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
