import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Where this computer keeps profiles, settings and alerts: ASTRO_SYNC_HOME, else as programs of this platform do. */
export function dataFolder(environment: NodeJS.ProcessEnv): string {
  const set = (name: string): string | null => (environment[name] ?? '') || null;
  const own = set('ASTRO_SYNC_HOME');
  if (own !== null) return own;
  const name = 'astro-sync';
  if (process.platform === 'win32') return join(set('APPDATA') ?? join(homedir(), 'AppData', 'Roaming'), name);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  return join(set('XDG_CONFIG_HOME') ?? join(homedir(), '.config'), name);
}
