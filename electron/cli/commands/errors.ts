import type { ErrorsFilter } from '../../engine/operate/api';
import { wholeNumber } from '../argument-values';
import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

export const addErrors: AddCommand = (program, perform) => {
  const command = program
    .command('errors')
    .description('List rows that could not be written, with key, column and reason, newest first')
    .option('--run <id>', 'only those of this run')
    .option('--dataset <name>', 'only those of this dataset')
    .option('--sqlstate <code>', 'only those that were refused with this code, such as 23503')
    .option('--column <name>', 'only those that name this column')
    .option('--before <id>', 'only those older than this one: the next page')
    .option('--limit <n>', 'how many at most', wholeNumber(1), 100)
    .addHelpText('after', '\nExamples:\n  astro-sync errors\n  astro-sync errors --run <id> --dataset bookings-in');
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'present', async ({ engine, untilCancelled }) => {
        const errors = await untilCancelled(engine.errors(command.opts<ErrorsFilter>()));
        const { renderRowErrors } = await import('../render/row-errors');
        return { document: { errors }, text: (look) => renderRowErrors(errors, look), exitCode: exitCode.done };
      }),
    ),
  );
};
