import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { OutputOf } from '../../../shared/contract/contract';
import { programFolder } from '../program-folder';

interface Manifest {
  readonly version?: string;
  readonly license?: unknown;
  readonly homepage?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The packages of others that this program is made of, with their licences, by name. */
export async function licences(): Promise<OutputOf<'app.licences'>> {
  const root = resolve(programFolder(), '../..');
  const own = await manifest(root);
  const found = new Map<string, OutputOf<'app.licences'>[number]>();
  const wanted = Object.keys(own?.dependencies ?? {});
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found.has(name)) continue;
    const read = await manifest(join(root, 'node_modules', name));
    if (read === null) continue;
    found.set(name, {
      name,
      version: read.version ?? '',
      licence: typeof read.license === 'string' ? read.license : 'see its files',
      homepage: read.homepage ?? null,
    });
    wanted.push(...Object.keys(read.dependencies ?? {}));
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

async function manifest(folder: string): Promise<Manifest | null> {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return null;
  }
}
