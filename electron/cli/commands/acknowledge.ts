import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { printable } from '../render/printable';
import { withEngine } from '../with-engine';

interface Options {
  readonly confirm?: string;
}

export const addAcknowledge: AddCommand = (program, perform) => {
  const command = program
    .command('acknowledge')
    .description('Take note that entries of a stream were lost; until then each run of the dataset says so')
    .argument('<dataset>', 'the name of a dataset that reads a stream')
    .option('--confirm <environment>', 'the name of the environment, needed in production')
    .addHelpText(
      'after',
      '\nNothing brings lost entries back but their writer: have them written again first.\n' +
        'Never asks. Example:\n  astro-sync acknowledge bookings-in',
    );
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'required', async ({ engine, untilCancelled }) => {
        const [dataset = ''] = command.args;
        const report = await untilCancelled(engine.acknowledge({ dataset, ...command.opts<Options>() }));
        const noted = report.gaps.map((reason) => `  ${printable(reason)}\n`).join('');
        return {
          document: report,
          text: () => (noted === '' ? `${dataset} has no gap.\n` : `Taken note of, for ${dataset}:\n${noted}`),
          exitCode: exitCode.done,
        };
      }),
    ),
  );
};
