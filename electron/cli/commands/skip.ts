import { counted } from '../render/format';
import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

interface Options {
  readonly reason: string;
  readonly confirm?: string;
}

export const addSkip: AddCommand = (program, perform) => {
  const command = program
    .command('skip')
    .description('Give up failed changes of a dataset: they are not tried again until a full run compares their rows')
    .argument('<dataset>', 'the name of the dataset')
    .argument('[key]', 'the key of one entity; of several columns "300 · 1", "a=300, b=1" or JSON; without it, all')
    .requiredOption('--reason <text>', 'why; it stands with each job and in the audit')
    .option('--confirm <environment>', 'the name of the environment, needed in production')
    .addHelpText(
      'after',
      '\nIncremental runs of the dataset can succeed then. A full run, also one that auto chooses after a gap, compares all rows: where the\n' +
        'target still refuses one, it fails again.\n' +
        'Of an entry of a stream that could not be read it is the only way on; have the application write it anew.\n' +
        'Never asks. Examples:\n  astro-sync skip bookings-in --reason "test entries"\n' +
        '  astro-sync skip bookings 4711 --reason "fixed by hand"',
    );
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'required', async ({ engine, untilCancelled }) => {
        const [dataset = '', key] = command.args;
        const filter = { dataset, status: ['failed'] as const, ...(key === undefined ? {} : { entity: key }) };
        // Refuses a name that nobody knows.
        await untilCancelled(engine.queue({ ...filter, limit: 1 }));
        const { changed } = await untilCancelled(
          engine.skipJobs({ filter, expected: null, ...command.opts<Options>() }),
        );
        return {
          document: { dataset, skipped: changed },
          text: () =>
            changed === 0
              ? `${dataset} has no failed change${key === undefined ? '' : ' of that key'}.\n`
              : `Skipped ${counted(changed, 'failed change')} of ${dataset}.\n`,
          exitCode: exitCode.done,
        };
      }),
    ),
  );
};
