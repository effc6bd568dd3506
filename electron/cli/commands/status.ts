import type { AddCommand } from '../invocation';
import { exitCodeOfError, gravest } from '../exit-code';
import { selectedDatasets, takesDatasets } from '../selection';
import { withEngine } from '../with-engine';

export const addStatus: AddCommand = (program, perform) => {
  const command = takesDatasets(
    program
      .command('status')
      .description('Show how each dataset stands: baseline, backlog, last run, drift, and what holds it back'),
    ' (default: all)',
  ).addHelpText(
    'after',
    '\nExits with 5 where a database could not be reached, with 2 where a definition is wrong, else with 0.\n' +
      'Examples:\n  astro-sync status\n  astro-sync status launches --json',
  );
  command.action(() =>
    perform(command, (invocation) => {
      const datasets = selectedDatasets(command, false);
      return withEngine(invocation, 'required', async ({ engine }) => {
        const report = await engine.status({
          datasets,
          signal: invocation.signal,
        });
        const { renderStatus } = await import('../render/status');
        const errors = report.datasets.flatMap(({ error }) => (error === null ? [] : [exitCodeOfError(error)]));
        return { document: report, text: (look) => renderStatus(report, look), exitCode: gravest(errors) };
      });
    }),
  );
};
