import { spawn } from 'node:child_process';
import process from 'node:process';

/** Programs that open an address or a file, by platform; it is an argument of its own, never part of a command line. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Whether a program with a window could be seen here. */
export function hasScreen(environment: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform !== 'linux' || (environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY'] ?? '') !== '';
}

/**
 * Opens an address in the user's browser, or a file in the program that the user has for such files.
 * @returns whether a program was started for it
 */
export function openOnScreen(target: string, environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const [program, ...words] = openers[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(program, [...words, target], { stdio: 'ignore', detached: true, env: environment });
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
