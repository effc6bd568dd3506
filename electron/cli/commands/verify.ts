import { exitCodeOf } from '../exit-code';
import type { AddCommand } from '../invocation';
import { selectedDatasets, takesDatasets } from '../selection';
import { withEngine } from '../with-engine';

export const addVerify: AddCommand = (program, perform) => {
  const command = takesDatasets(
    program.command('verify').description('Compare every row of source and target; writes nothing'),
    ' (default: all)',
  ).addHelpText(
    'after',
    '\nExit code 3 says that differences were found. Rows with a change on the way are counted apart.\n' +
      'Examples:\n  astro-sync verify\n  astro-sync verify launches --json',
  );
  command.action(() =>
    perform(command, (invocation) => {
      const datasets = selectedDatasets(command, false);
      return withEngine(invocation, 'required', async ({ engine }) => {
        const verification = await engine.verify({ datasets, signal: invocation.signal });
        const { renderDocumentError, renderVerification } = await import('../render/run-document');
        return {
          document: verification,
          text: (look) => renderVerification(verification, look),
          problem: (look) => renderDocumentError(verification, look),
          exitCode: exitCodeOf('verify', verification),
        };
      });
    }),
  );
};
