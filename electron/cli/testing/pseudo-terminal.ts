import { spawn, spawnSync } from 'node:child_process';
import { builtProgram } from './built-program';

/** True where util-linux's `script` can give a program a terminal of its own. */
export const hasPseudoTerminal =
  process.platform === 'linux' && spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;

/** A call of the program on a terminal: what it shows (stdout and stderr as one), and keys to press. */
export interface TerminalCall {
  readonly shown: () => string;
  readonly until: (text: string) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly exitCode: Promise<number | null>;
}

/** Starts the program in a folder on a terminal of 120 columns and 40 rows. */
export async function startOnTerminal(
  folder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<TerminalCall> {
  const program = await builtProgram();
  const command = [process.execPath, program, ...words].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qec', `stty rows 40 cols 120; exec ${command}`, '/dev/null'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env, TERM: 'xterm' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exitCode = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    shown: () => output,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        child.on('close', () => {
          reject(new Error(`never showed ${text}: ${output}`));
        });
        look();
      }),
    type: (keys) => void child.stdin.write(keys),
    exitCode,
  };
}
