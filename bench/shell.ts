import { spawn } from 'node:child_process';

/**
 * Runs a shell command to its end and gives what it wrote to stdout. Statements and secrets travel in the environment.
 * Throws an Error with its stderr where it fails.
 */
export function shell(command: string, variables: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn('sh', ['-ec', command], {
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(out.join(''));
      else fail(new Error(`${command}: ended with ${String(code)}\n${err.join('')}`));
    });
  });
}
