import type { AddCommand } from '../invocation';
import { exitCode } from '../exit-code';
import { selectedDatasets, takesDatasets } from '../selection';
import { withEngine } from '../with-engine';

interface Options {
  readonly takeOver?: boolean;
  readonly confirm?: string;
}

export const addInit: AddCommand = (program, perform) => {
  const command = takesDatasets(
    program.command('init').description('Install the queue, the history and the capture of changes; safe to repeat'),
    ' (default: all)',
  )
    .option('--take-over', 'take over sources that another SystemDB reads')
    .option('--confirm <environment>', 'the name of the environment, needed in production')
    .addHelpText(
      'after',
      '\nNever asks. Examples:\n  astro-sync init\n  astro-sync init -e production.yaml --confirm production',
    );
  command.action(() =>
    perform(command, (invocation) => {
      const datasets = selectedDatasets(command, false);
      return withEngine(invocation, 'required', async ({ engine }) => {
        const { takeOver = false, confirm } = command.opts<Options>();
        const report = await engine.init({
          datasets,
          takeOver,
          signal: invocation.signal,
          ...(confirm === undefined ? {} : { confirm }),
        });
        const { renderInit } = await import('../render/init');
        return { document: report, text: (look) => renderInit(report, look), exitCode: exitCode.done };
      });
    }),
  );
};
