import { wholeNumber } from '../argument-values';
import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

interface Options {
  readonly days: number;
  readonly confirm?: string;
}

export const addPrune: AddCommand = (program, perform) => {
  const command = program
    .command('prune')
    .description(
      'Remove old settled jobs, expired plans and small talk of runs; failures, conflicts and the audit stay',
    )
    .option('--days <n>', 'keep what is younger than so many days', wholeNumber(0), 30)
    .option('--confirm <environment>', 'the name of the environment, needed in production')
    .addHelpText('after', '\nNever asks. Example:\n  astro-sync prune --days 90');
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'none', async ({ engine, untilCancelled }) => {
        const removed = await untilCancelled(engine.prune(command.opts<Options>()));
        const { renderPruned } = await import('../render/pruned');
        return { document: { removed }, text: (look) => renderPruned(removed, look), exitCode: exitCode.done };
      }),
    ),
  );
};
