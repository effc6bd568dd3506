import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputOf } from '../../../shared/contract/contract';
import { programFolder } from '../program-folder';

/** The packages of others that this program is made of, with their licences, by name; noted when it was built. */
export async function licences(): Promise<OutputOf<'app.licences'>> {
  return JSON.parse(await readFile(join(programFolder(), 'licences.json'), 'utf8')) as OutputOf<'app.licences'>;
}
