// Brings the programs that the tests need and the package manager of Node cannot bring: a browser, a Redis, a desktop bus.
// On Debian as root it installs what is missing; elsewhere it names it. Once all is there, nothing here uses the network.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { chromiumNames, findChromium, findProgram } from './programs.mjs';

/** @typedef {{ what: string, anyOf: string[], debianPackage: string, linuxOnly?: boolean }} Program */

/** @type {Program[]} */
const programs = [
  { what: 'Chromium', anyOf: chromiumNames, debianPackage: 'chromium' },
  { what: 'Redis', anyOf: ['redis-server', 'valkey-server'], debianPackage: 'redis-server' },
  { what: 'D-Bus', anyOf: ['dbus-daemon'], debianPackage: 'dbus', linuxOnly: true },
  { what: 'notify-send', anyOf: ['notify-send'], debianPackage: 'libnotify-bin', linuxOnly: true },
];

/** @returns {Program[]} */
function missingPrograms() {
  return programs.filter(
    ({ what, anyOf, linuxOnly }) =>
      !(linuxOnly && process.platform !== 'linux') &&
      (what === 'Chromium' ? findChromium() : findProgram(anyOf)) === undefined,
  );
}

/** @param {string[]} args */
function aptGet(...args) {
  console.log(`setup-test: apt-get ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error } = spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (error) throw error;
  if (status !== 0) throw new Error(`apt-get ${args[0]} ended with ${String(status)}`);
}

/**
 * Debian starts the services of the packages it installs. The tests start their own servers on free ports, so nothing
 * shall be left running: a policy of "no" for as long as the installation takes, and no start at the next boot.
 * @param {() => void} install
 */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  // Ctrl-C ends apt-get; this process stays for the policy to be taken away again.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => undefined);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

/** @param {Program[]} missing */
function installOnDebian(missing) {
  const packages = missing.map(({ debianPackage }) => debianPackage);
  aptGet('update');
  withoutStartingServices(() => aptGet('install', '--yes', '--no-install-recommends', ...packages));
  if (packages.includes('redis-server') && existsSync('/run/systemd/system')) {
    spawnSync('systemctl', ['disable', 'redis-server'], { stdio: 'ignore' });
  }
}

function bringMissing() {
  const missing = missingPrograms();
  if (missing.length === 0) {
    console.log('setup-test: every program that the tests need is here');
    return;
  }
  for (const { what, anyOf, debianPackage } of missing) {
    console.log(
      `setup-test: ${what} is missing (${anyOf.join(' or ')} on the PATH; package ${debianPackage} on Debian)`,
    );
  }
  if (process.getuid?.() !== 0 || findProgram(['apt-get']) === undefined) {
    const packages = missing.map(({ debianPackage }) => debianPackage).join(' ');
    throw new Error(`install them first; on Debian, as root: apt-get install --no-install-recommends ${packages}`);
  }
  installOnDebian(missing);
  const still = missingPrograms();
  if (still.length > 0)
    throw new Error(`still missing after the installation: ${still.map(({ what }) => what).join(', ')}`);
}

try {
  bringMissing();
} catch (error) {
  console.error(`setup-test: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
