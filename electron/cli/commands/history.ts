import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

export const addHistory: AddCommand = (program, perform) => {
  const command = program
    .command('history')
    .description('Show every change of one entity: who, from where, when, and what became of it')
    .argument('<dataset>', 'the name of the dataset')
    .argument('<key>', 'the key of the entity; of several columns "300 · 1", "a=300, b=1" or JSON {"column":"value"}')
    .addHelpText(
      'after',
      '\nChanges that are captured but not yet in the queue are only counted: plan, run or verify fetch them.\n' +
        'Examples:\n  astro-sync history bookings 4711\n  astro-sync history bookings 4711 --json\n' +
        `  astro-sync history seats "7 · A"\n  astro-sync history seats '{"row":"7","seat":"A"}'`,
    );
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'present', async ({ engine, untilCancelled }) => {
        const [dataset = '', key = ''] = command.args;
        const jobs = await untilCancelled(engine.history(dataset, key));
        const captured = invocation.json ? [] : await untilCancelled(engine.unrelayed(dataset));
        const asked = { dataset, kind: ['run', 'verify'], limit: 1 } as const;
        const [last] = jobs.length > 0 || invocation.json ? [] : await untilCancelled(engine.runs(asked));
        const [{ renderHistory }, { renderUnrelayed }] = await Promise.all([
          import('../render/jobs'),
          import('../render/unrelayed'),
        ]);
        return {
          document: { jobs },
          text: (look) => renderHistory(jobs, look, last) + renderUnrelayed(captured, look),
          exitCode: exitCode.done,
        };
      }),
    ),
  );
};
