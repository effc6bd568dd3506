import { Option } from 'commander';
import type { Mode } from '../../../shared/engine/documents';
import { exitCodeOf } from '../exit-code';
import type { AddCommand } from '../invocation';
import { modes } from '../choices';
import { selectedDatasets, takesDatasets } from '../selection';
import { withEngine } from '../with-engine';

export const addPlan: AddCommand = (program, perform) => {
  const command = takesDatasets(
    program.command('plan').description('Count what a run would do, show samples, and store the plan; writes no data'),
    ' (or --all)',
  )
    .addOption(new Option('--mode <mode>', 'how to find the differences').choices(modes).default('auto'))
    .addHelpText(
      'after',
      '\nA stored plan can be executed for one hour: astro-sync run --plan <id>\n' +
        'Examples:\n  astro-sync plan --all\n  astro-sync plan launches bookings --mode full',
    );
  command.action(() =>
    perform(command, (invocation) => {
      const datasets = selectedDatasets(command, true);
      return withEngine(invocation, 'required', async ({ engine, environment }) => {
        const { mode } = command.opts<{ mode: Mode }>();
        const plan = await engine.plan({ datasets, mode, signal: invocation.signal });
        const { renderDocumentError, renderPlan } = await import('../render/run-document');
        return {
          document: plan,
          text: (look) => renderPlan(plan, environment.name, look),
          problem: (look) => renderDocumentError(plan, look),
          exitCode: exitCodeOf('plan', plan),
        };
      });
    }),
  );
};
