import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

export const addHistory: AddCommand = (program, perform) => {
  const command = program
    .command('history')
    .description('Show every change of one entity: who, from where, when, and what became of it')
    .argument('<dataset>', 'the name of the dataset')
    .argument('<key>', 'the key of the entity, or {"column":"value"} for a key of several columns')
    .addHelpText('after', '\nExamples:\n  astro-sync history bookings 4711\n  astro-sync history bookings 4711 --json');
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'present', async ({ engine, untilCancelled }) => {
        const [dataset = '', key = ''] = command.args;
        const jobs = await untilCancelled(engine.history(dataset, key));
        const { renderHistory } = await import('../render/jobs');
        return { document: { jobs }, text: (look) => renderHistory(jobs, look), exitCode: exitCode.done };
      }),
    ),
  );
};
