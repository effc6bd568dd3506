// Everything that continuous integration runs, step by step; stops at the first step that fails.
// Scripts of one step run side by side. The last line sums up the tests of both runners.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '..');
const results = join(checkout, 'test-results');
const unitResult = join(results, 'unit.json');
const pageResult = join(results, 'e2e.json');

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @typedef {{ script: string, args?: string[], env?: Record<string, string> }} Script */

/** @type {{ name: string, scripts: Script[] }[]} */
const steps = [
  { name: 'programs', scripts: [{ script: 'setup-test' }] },
  { name: 'build', scripts: [{ script: 'build' }] },
  {
    name: 'checks',
    scripts: ['lint:code', 'typecheck', 'lint:imports', 'lint:format', 'scan'].map((script) => ({ script })),
  },
  {
    name: 'unit tests',
    scripts: [
      {
        script: 'test:unit',
        args: ['--reporter=default', '--reporter=json', `--outputFile.json=${unitResult}`],
      },
    ],
  },
  {
    name: 'page tests',
    scripts: [{ script: 'test:e2e', args: ['--reporter=list,json'], env: { PLAYWRIGHT_JSON_OUTPUT_FILE: pageResult } }],
  },
];

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  // npm hands the signal down; this process waits for the step to end its servers.
  process.on(signal, () => running.forEach((child) => child.kill(signal)));
}

/**
 * @param {Script} script
 * @param {boolean} alone shows what it prints as it comes; else once it has ended, so that scripts do not mix
 * @returns {Promise<number>} its exit code
 */
function run({ script, args = [], env = {} }, alone) {
  return new Promise((settle, reject) => {
    const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
      cwd: checkout,
      stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    running.add(child);
    /** @type {Buffer[]} */
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running.delete(child);
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      if (!alone) process.stdout.write(`-- ${script}: exit code ${exitCode}\n${Buffer.concat(said).toString()}`);
      settle(exitCode);
    });
  });
}

/**
 * @param {Script[]} scripts
 * @returns {Promise<number>} the first exit code that is not 0; all of them have ended
 */
async function runAll(scripts) {
  const exitCodes = await Promise.all(scripts.map((script) => run(script, scripts.length === 1)));
  return exitCodes.find((code) => code !== 0) ?? 0;
}

/**
 * @template T
 * @param {string} file
 * @param {(result: T) => Counts} count
 * @returns {Counts}
 */
function counted(file, count) {
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }; // the step did not come to run
  }
}

/** @param {number} exitCode of the first step that failed, else 0 */
function summary(exitCode) {
  /** @type {Counts} */
  const unit = counted(
    unitResult,
    /** @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} result */
    (result) => ({
      passed: result.numPassedTests,
      failed: result.numFailedTests,
      skipped: result.numPendingTests + result.numTodoTests,
    }),
  );
  /** @type {Counts} */
  const page = counted(
    pageResult,
    /** @param {import('@playwright/test/reporter').JSONReport} result */
    ({ stats }) => ({
      // The runner lists by name what passed at the second try only.
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
    }),
  );
  const failed = unit.failed + page.failed;
  const skipped = unit.skipped + page.skipped;
  // A step that fails without a failed test (a type error, a file that does not load) counts as one.
  const shown = exitCode !== 0 && failed === 0 ? 1 : failed;
  return `${unit.passed + page.passed} passed, ${shown} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

let exitCode = 0;
for (const step of steps) {
  const start = performance.now();
  console.log(`\n== ${step.name}`);
  exitCode = await runAll(step.scripts);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`== ${step.name}: ${exitCode === 0 ? 'done' : `failed with exit code ${exitCode}`} after ${seconds} s`);
  if (exitCode !== 0) break;
}
console.log(`\n${summary(exitCode)}`);
process.exitCode = exitCode;
