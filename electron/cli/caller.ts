import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import type { Caller } from '../engine/operate/api';

/** Who runs this program: ASTRO_SYNC_OPERATOR, else the user of the operating system. */
export function terminalCaller(environment: NodeJS.ProcessEnv): Caller {
  const named = environment['ASTRO_SYNC_OPERATOR']?.trim() ?? '';
  return { operator: named === '' ? systemUser() : named, host: hostname(), application: 'astro-sync' };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no user database knows.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
