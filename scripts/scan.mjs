// Runs a scanner of Electron programs (electronegativity) over what was built, and fails on what is not explained here, finding
// by finding. It reads code only: what it asks to review is proved by the specs of the desktop.
// The scanner has a lock file of its own in scripts/scanner, from which it is installed where it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** @typedef {{ check: string, sample: string, reason: string }} Explained */

/** Each explains one finding: its check, and what stands in its line. A second finding of the same kind is open. */
/** @type {readonly Explained[]} */
const explained = [
  {
    check: 'CSP_GLOBAL_CHECK',
    sample: '',
    reason: 'the policy is a header of the app:// answers, which code alone does not show; window.spec.ts tries it',
  },
  {
    check: 'AUXCLICK_JS_CHECK',
    sample: 'new BrowserWindow(',
    reason: 'every new window is denied, however it was asked for; window.spec.ts tries it',
  },
  {
    check: 'REMOTE_MODULE_JS_CHECK',
    sample: 'new BrowserWindow(',
    reason: 'Electron has no remote module since version 14',
  },
  {
    check: 'PRELOAD_JS_CHECK',
    sample: '../preload/index.cjs',
    reason: 'it exposes one frozen object with the wire of the contract; window.spec.ts looks',
  },
  {
    check: 'OPEN_EXTERNAL_JS_CHECK',
    sample: 'shell.openExternal(url)',
    reason: 'https only, and of a list; window.spec.ts tries others',
  },
  {
    check: 'OPEN_EXTERNAL_JS_CHECK',
    sample: 'facilities.openExternal(url)',
    reason: 'the method of the contract that asks the host, which holds the list',
  },
  {
    check: 'PROTOCOL_HANDLER_JS_CHECK',
    sample: 'app.setAsDefaultProtocolClient(',
    reason: 'a link opens the view of a run and starts nothing; deep-link.test.ts, manners.spec.ts',
  },
];

const scannerFolder = resolve(import.meta.dirname, 'scanner');
const scanner = join(scannerFolder, 'node_modules/@doyensec/electronegativity/dist/index.js');

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: scannerFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${String(status)}`);
}

/**
 * Tells each finding, and the reason why it is no defect where there is one.
 * @param {readonly string[]} findings lines of the scanner's table, without its head
 * @returns {number} how many are open
 */
function report(findings) {
  const left = [...explained];
  let open = 0;
  for (const finding of findings) {
    const [check = ''] = finding.split(',');
    const found = left.findIndex((each) => each.check === check && finding.includes(each.sample));
    const [reason] = found === -1 ? [] : left.splice(found, 1);
    if (reason === undefined) open += 1;
    console.log(reason === undefined ? `OPEN       ${finding}` : `explained  ${check}: ${reason.reason}`);
  }
  for (const { check, reason } of left) console.log(`UNUSED     ${check}: ${reason}`);
  console.log(`${findings.length} findings, ${open} of them not explained`);
  return open + left.length;
}

const folder = mkdtempSync(join(tmpdir(), 'astro-sync-scan-'));
try {
  if (!existsSync(scanner)) {
    console.log('scan: installs the scanner from scripts/scanner/package-lock.json');
    run('npm', ['ci', '--ignore-scripts', '--silent']);
  }
  const result = join(folder, 'result.csv');
  run(process.execPath, [scanner, '--input', resolve(import.meta.dirname, '../out'), '--output', result]);
  const [, ...findings] = readFileSync(result, 'utf8').trim().split('\n');
  process.exitCode = report(findings) === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
