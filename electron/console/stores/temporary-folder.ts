import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mark = 'temporary';

/** Says of a folder of the console that whoever made it takes it away again, with what is saved in it. */
export function markTemporary(dataFolder: string): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(join(dataFolder, mark), 'Made by a demo, which takes this folder away at its end.\n');
}

export function isTemporary(dataFolder: string): boolean {
  return existsSync(join(dataFolder, mark));
}
