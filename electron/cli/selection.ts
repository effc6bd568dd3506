import type { Command } from 'commander';
import { usageError } from './failure';

/** Adds `[datasets...]` and `--all` to a command. */
export function takesDatasets(command: Command, whichByDefault: string): Command {
  return command
    .argument('[datasets...]', `names of datasets${whichByDefault}`)
    .option('--all', 'all datasets of the environment');
}

/**
 * The datasets that the command line names; empty means all.
 * @param mustChoose true where a command that writes must be told which: names or --all
 * @throws SyncError USAGE
 */
export function selectedDatasets(command: Command, mustChoose: boolean): readonly string[] {
  const names = [...new Set(command.args)];
  const all = command.opts<{ all?: boolean }>().all === true;
  if (all && names.length > 0) {
    throw usageError('Name datasets or give --all, not both', `Leave out ${names.join(', ')}, or leave out --all.`);
  }
  if (mustChoose && !all && names.length === 0) {
    const call = `astro-sync ${command.name()}`;
    throw usageError('No dataset named', `Name them (${call} launches bookings) or take all (${call} --all).`);
  }
  return names;
}
