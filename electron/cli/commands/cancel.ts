import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

export const addCancel: AddCommand = (program, perform) => {
  const command = program
    .command('cancel')
    .description(
      'Ask a run to stop, also one of another computer; the target is left consistent. One at its very end may still succeed',
    )
    .argument('<id>', 'the id of the run, as runs lists it, or its first 6 characters')
    .addHelpText('after', '\nExample:\n  astro-sync cancel <id>');
  command.action(() =>
    perform(command, (invocation) =>
      withEngine(invocation, 'none', async ({ engine, untilCancelled }) => {
        const id = command.args[0] ?? '';
        const asked = await untilCancelled(engine.cancel(id));
        return {
          document: { id, asked },
          text: () =>
            asked
              ? `Run ${id} was asked to cancel. How it ended: astro-sync runs show ${id}\n`
              : `Run ${id} has already ended.\n`,
          exitCode: exitCode.done,
        };
      }),
    ),
  );
};
