// Makes the terminal program that `build` wrote a command: npm links `bin` files as they are.
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const command = resolve(import.meta.dirname, '../out/main/cli.js');
if (existsSync(command)) {
  if (!readFileSync(command, 'utf8').startsWith('#!/usr/bin/env node\n')) {
    throw new Error('out/main/cli.js does not begin with "#!/usr/bin/env node": is the line missing in its source?');
  }
  chmodSync(command, 0o755);
}
