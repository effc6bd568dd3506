import { spawn } from 'node:child_process';
import process from 'node:process';

/** Programs that open an address or a file, by platform; it is an argument of its own, never part of a command line. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in the user's browser, or a file in the program that the user has for such files.
 * @returns whether a program was started for it; false where this computer has no screen or nothing that opens it
 */
export function openOnScreen(target: string, environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const [program, ...words] = openers[process.platform] ?? ['xdg-open'];
  const hasScreen = program !== 'xdg-open' || (environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY'] ?? '') !== '';
  if (!hasScreen) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(program, [...words, target], { stdio: 'ignore', detached: true, env: environment });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
