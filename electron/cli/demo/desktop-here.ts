import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The desktop's program, where it can be started now: its binary is there (nothing is fetched here), and a display to show it on.
 * @param checkout where the packages are installed
 * @returns its path, else null
 */
export function desktopHere(
  checkout: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string | null {
  const set = (name: string): boolean => (environment[name] ?? '') !== '';
  if (platform === 'linux' && !set('DISPLAY') && !set('WAYLAND_DISPLAY')) return null;
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const program = override === '' ? fetched(join(checkout, 'node_modules', 'electron')) : join(override, 'electron');
  return program !== null && existsSync(program) ? program : null;
}

/** The package of Electron notes where its binary lies once it has been fetched. */
function fetched(folder: string): string | null {
  const note = join(folder, 'path.txt');
  return existsSync(note) ? join(folder, 'dist', readFileSync(note, 'utf8')) : null;
}
