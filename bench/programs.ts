import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../scripts/programs.mjs';

/** The programs that the references are made of. */
export interface Programs {
  readonly psql: string;
  readonly pgbench: string;
  readonly 'redis-cli': string;
  readonly pg_comparator: string;
}

type Name = keyof Programs;

const debianPackages: Readonly<Record<Name, string>> = {
  psql: 'postgresql-client',
  pgbench: 'postgresql',
  'redis-cli': 'redis-tools',
  pg_comparator: 'postgresql-comparator',
};

/**
 * Finds the references' programs; on Debian as root it installs those that are missing, and says so.
 * Throws an Error that names the packages where it cannot.
 */
export function bringPrograms(names: readonly Name[], say: (text: string) => void): Programs {
  const missing = names.filter((name) => find(name) === undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((name) => debianPackages[name]))];
    if (process.getuid?.() !== 0 || findProgram(['apt-get']) === undefined) {
      throw new Error(
        `missing for the references: ${missing.join(', ')}; on Debian, as root: apt-get install ${packages.join(' ')}`,
      );
    }
    say(`installing for the references: apt-get install ${packages.join(' ')}`);
    withoutStartingServices(() => {
      aptGet('update');
      aptGet('install', '--yes', '--no-install-recommends', ...packages);
    });
  }
  return {
    psql: find('psql') ?? '',
    pgbench: find('pgbench') ?? '',
    'redis-cli': find('redis-cli') ?? '',
    pg_comparator: find('pg_comparator') ?? '',
  };
}

/** Debian's own folder first: what it puts on the PATH is a Perl wrapper that costs a reference 50 ms. */
function find(name: Name): string | undefined {
  const folder = '/usr/lib/postgresql';
  const releases = existsSync(folder) ? readdirSync(folder).sort((a, b) => Number(b) - Number(a)) : [];
  const path = releases.map((release) => join(folder, release, 'bin', name)).find((candidate) => existsSync(candidate));
  return (name === 'pg_comparator' ? undefined : path) ?? findProgram([name]);
}

function aptGet(...words: string[]): void {
  const { status } = spawnSync('apt-get', ['-qq', ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${words.join(' ')} failed`);
}

/** Debian starts the services of what it installs, unless this file says no (invoke-rc.d(8)). */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}
