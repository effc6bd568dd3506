import type { AddCommand } from '../invocation';
import { exitCode } from '../exit-code';
import { usageError } from '../failure';
import { withEngine } from '../with-engine';

interface Options {
  readonly discard?: boolean;
  readonly yes?: boolean;
  readonly confirm?: string;
}

export const addUninstall: AddCommand = (program, perform) => {
  const command = program
    .command('uninstall')
    .description('Remove capture and the records of the sync from every database of the environment')
    .option('--discard', 'also where changes or jobs are not settled; they are lost')
    .option('--yes', 'needed: says that you mean it')
    .option('--confirm <environment>', 'the name of the environment, needed in production')
    .addHelpText(
      'after',
      '\nNever asks. Your tables stay as they are, and SystemDB keeps the queue and the history.\n' +
        'Example:\n  astro-sync uninstall --yes',
    );
  command.action(() =>
    perform(command, (invocation) => {
      const { discard = false, yes = false, confirm } = command.opts<Options>();
      if (!yes) {
        throw usageError(
          'uninstall ends the capture of changes and forgets what was applied; it needs --yes',
          'If that is what you mean: astro-sync uninstall --yes',
        );
      }
      return withEngine(invocation, 'present', async ({ engine, untilCancelled }) => {
        const report = await untilCancelled(
          engine.uninstall({ discard, ...(confirm === undefined ? {} : { confirm }) }),
        );
        const { renderInit } = await import('../render/init');
        return { document: report, text: (look) => renderInit(report, look), exitCode: exitCode.done };
      });
    }),
  );
};
