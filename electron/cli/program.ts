import { Command } from 'commander';
import { addAcknowledge } from './commands/acknowledge';
import { addCancel } from './commands/cancel';
import { addCheck } from './commands/check';
import { addConsole } from './commands/console';
import { addDiscover } from './commands/discover';
import { addErrors } from './commands/errors';
import { addHistory } from './commands/history';
import { addInit } from './commands/init';
import { addPlan } from './commands/plan';
import { addPrune } from './commands/prune';
import { addQueue } from './commands/queue';
import { addRun } from './commands/run';
import { addRuns } from './commands/runs';
import { addSkip } from './commands/skip';
import { addStatus } from './commands/status';
import { addUninstall } from './commands/uninstall';
import { addVerify } from './commands/verify';
import type { AddCommand, Perform } from './invocation';

/** In the order of a first synchronisation, which is the order of --help. */
const commands: readonly AddCommand[] = [
  addCheck,
  addInit,
  addDiscover,
  addStatus,
  addPlan,
  addRun,
  addVerify,
  addRuns,
  addCancel,
  addQueue,
  addHistory,
  addErrors,
  addSkip,
  addAcknowledge,
  addPrune,
  addConsole,
  addUninstall,
];

/** The program with all its commands; wrong usage is thrown as CommanderError, never printed by commander. */
export function astroSyncProgram(perform: Perform, version: string): Command {
  const program = new Command('astro-sync')
    .description('Brings datasets in PostgreSQL and Redis into line, and shows who changed what.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('-e, --environment <file>', 'environment file (default: astro-sync.yaml)')
    .option('-d, --datasets <path>', 'dataset definitions, a file or a folder (default: datasets/)')
    .option('--json', 'one JSON document on stdout, progress as NDJSON on stderr')
    .option('--no-color', 'no colours (also with NO_COLOR set, or without a terminal)')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong usage or definition, 3 done with rows left over, 4 refused or withheld,\n' +
        '5 could not connect, 130 cancelled.\n' +
        'A first synchronisation:\n  astro-sync check\n  astro-sync init\n  astro-sync run --all',
    );
  for (const add of commands) add(program, perform);
  return program;
}
