import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { fileForTerminal, shellLine, terminalWords } from '../../shared/terminal-command';
import type { Repeatable } from '../../shared/terminal-command';
import { astroSyncProgram } from './program';

const place = { file: '/etc/astro sync/it\'s "mine".yaml', definitions: '/srv/data sets', all: ['a', 'b', 'c'] };
const run: Repeatable = { kind: 'run', mode: 'auto', datasets: ['a'] };

/** What the program of the terminal understands of words. */
async function understood(words: readonly string[]): Promise<{ name: string; datasets: string[]; options: unknown }> {
  const performed: Command[] = [];
  const program = astroSyncProgram((command) => {
    performed.push(command);
    return Promise.resolve();
  }, '0');
  await program.parseAsync([...words], { from: 'user' });
  const [command] = performed;
  if (command === undefined) throw new Error('No command was performed');
  return { name: command.name(), datasets: command.args, options: command.optsWithGlobals() };
}

/** The words as a shell hands them to a program. */
function throughShell(line: string): string[] {
  const script = `printf '%s\\0' ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('the command that repeats a run', () => {
  it.each<[string, Repeatable, { name: string; datasets: string[]; options: Record<string, unknown> }]>([
    ['a run', run, { name: 'run', datasets: ['a'], options: { mode: 'auto' } }],
    [
      'a run of all with what was approved',
      { ...run, mode: 'full', datasets: ['a', 'b', 'c'], approved: { approve_deletes: 312, allow_empty_source: true } },
      { name: 'run', datasets: [], options: { all: true, mode: 'full', approveDeletes: 312, allowEmptySource: true } },
    ],
    [
      'a run with every delete approved',
      { ...run, approved: { approve_deletes: 'all', allow_empty_source: false } },
      { name: 'run', datasets: ['a'], options: { approveDeletes: 'all' } },
    ],
    [
      'a retry of what failed',
      { ...run, mode: 'incremental', datasets: ['a', 'b'], retryFailed: true },
      { name: 'run', datasets: ['a', 'b'], options: { mode: 'incremental', retryFailed: true } },
    ],
    ['a preview', { ...run, kind: 'plan', mode: 'full' }, { name: 'plan', datasets: ['a'], options: { mode: 'full' } }],
    ['a verification', { ...run, kind: 'verify', mode: 'full' }, { name: 'verify', datasets: ['a'], options: {} }],
  ])('is understood by the terminal: %s', async (_what, repeatable, wanted) => {
    const { name, datasets, options } = await understood(terminalWords(repeatable, place));
    expect({ name, datasets }).toEqual({ name: wanted.name, datasets: wanted.datasets });
    expect(options).toMatchObject({ ...wanted.options, environment: place.file, datasets: place.definitions });
  });

  it('names the file of the environment also where it is yet to be written, and none of the sandbox', async () => {
    const saved = { name: 'first', sandbox: false, file: null };
    const file = fileForTerminal(saved);
    const { options } = await understood(terminalWords(run, { ...place, file: file ?? '' }));
    expect(options).toMatchObject({ environment: 'first.yaml' });
    expect(fileForTerminal({ ...saved, file: place.file })).toBe(place.file);
    expect(fileForTerminal({ ...saved, name: 'sandbox', sandbox: true })).toBeNull();
  });

  it('approves nothing that was not approved', async () => {
    const { options } = await understood(terminalWords(run, place));
    for (const name of ['approveDeletes', 'allowEmptySource', 'retryFailed', 'yes']) {
      expect(options).not.toHaveProperty(name);
    }
  });

  it('comes out of a shell as it went in', () => {
    const words = [
      'astro-sync',
      ...terminalWords({ ...run, datasets: ['$HOME', '`id`', 'a b', "it's", 'é\\n*'] }, place),
    ];
    expect(throughShell(shellLine(words, 'linux'))).toEqual(words);
    expect(shellLine(words.slice(0, 1), 'linux')).toBe('astro-sync');
  });

  it('is quoted for PowerShell on Windows', () => {
    expect(shellLine(['-e', "C:\\Users\\Olga B\\it's.yaml", 'C:\\x'], 'win32')).toBe(
      "-e 'C:\\Users\\Olga B\\it''s.yaml' C:\\x",
    );
  });
});
