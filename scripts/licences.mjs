// The packages of others that the program is made of, for its page of licences: read when it is built, since a package of the
// desktop holds most of them inside its bundle and not as packages.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the page is made of; the rest stands in package.json under dependencies. */
export const pagePackages = [
  '@base-ui/react',
  '@tanstack/react-table',
  '@tanstack/react-virtual',
  'cmdk',
  'lucide-react',
  'react',
  'react-dom',
  'uplot',
  'zustand',
];

/**
 * Every package that is needed, with those that it needs itself, by name.
 * @param {string} root of the checkout
 * @returns {{ name: string, version: string, licence: string, homepage: string | null }[]}
 */
export function licencesOf(root) {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  /** @type {Map<string, { name: string, version: string, licence: string, homepage: string | null }>} */
  const found = new Map();
  const wanted = [...Object.keys(own.dependencies), ...pagePackages, 'electron'];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const file = join(root, 'node_modules', name, 'package.json');
    if (found.has(name) || !existsSync(file)) continue;
    const { version, license, homepage, dependencies } = JSON.parse(readFileSync(file, 'utf8'));
    found.set(name, {
      name,
      version,
      licence: typeof license === 'string' ? license : 'see its files',
      homepage: typeof homepage === 'string' ? homepage : null,
    });
    // What Electron's package needs fetches its binary, and is no part of the program.
    if (name !== 'electron') wanted.push(...Object.keys(dependencies ?? {}));
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
