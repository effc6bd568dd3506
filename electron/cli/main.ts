import type { Command, CommanderError } from 'commander';
import type { ErrorDocument } from '../../shared/engine/documents';
import type { ExitCode } from './exit-code';
import { exitCode, exitCodeOfError } from './exit-code';
import { errorDocument, failedRunDocument, renderError, stackOf } from './failure';
import type { GlobalOptions, Invocation, Outcome, Perform } from './invocation';
import { astroSyncProgram } from './program';
import { cancelOnSignals } from './signals';
import type { Terminal } from './terminal';
import { lookOf, write } from './terminal';
import { usageDocument } from './wrong-usage';

/**
 * Runs the program to its end: parses, performs, prints one document or one text.
 * @param words the command line after the program's name
 * @returns the exit code
 */
export async function main(words: readonly string[], terminal: Terminal, version: string): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const perform: Perform = async (command, work, onCancel = cancelling) => {
    code = await performed(command, work, onCancel, terminal);
  };
  const program = astroSyncProgram(perform, version);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (!isCommanderError(error)) throw error;
    if (error.exitCode === 0) return exitCode.done;
    const options = { json: words.includes('--json'), color: !words.includes('--no-color') };
    const name = words.find((word) => program.commands.some((command) => command.name() === word));
    return failed(usageDocument(error, name), name ?? '', options, terminal);
  }
}

function cancelling(): string {
  return 'Cancelling; the target is left consistent. Once more stops at once.';
}

async function performed(
  command: Command,
  work: (invocation: Invocation) => Promise<Outcome>,
  onCancel: () => string,
  terminal: Terminal,
): Promise<ExitCode> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const json = options.json === true;
  const look = () => lookOf(terminal.out, terminal.environment, options.color);
  const errorLook = () => lookOf(terminal.err, terminal.environment, options.color);
  const signal = cancelOnSignals(() => {
    if (!json) terminal.err.write(`\n${onCancel()}\n`);
  });
  try {
    const outcome = await work({ terminal, options, json, signal, look });
    if (json) {
      await write(terminal.out, `${JSON.stringify(outcome.document)}\n`);
    } else {
      await write(terminal.out, outcome.text(look()));
      await write(terminal.err, outcome.problem?.(errorLook()) ?? '');
    }
    return outcome.exitCode;
  } catch (error) {
    if (terminal.environment['ASTRO_SYNC_DEBUG'] === '1') await write(terminal.err, stackOf(error));
    return failed(errorDocument(error), command.name(), { json, color: options.color }, terminal);
  }
}

async function failed(
  error: ErrorDocument,
  command: string,
  options: { readonly json: boolean; readonly color: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.json) {
    const isRun = ['plan', 'run', 'verify'].includes(command);
    await write(terminal.out, `${JSON.stringify(isRun ? failedRunDocument(error) : { ok: false, error })}\n`);
  } else {
    await write(terminal.err, renderError(error, lookOf(terminal.err, terminal.environment, options.color)));
  }
  return exitCodeOfError(error);
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'exitCode' in error && error.name === 'CommanderError';
}
