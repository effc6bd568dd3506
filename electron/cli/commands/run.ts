import { Option } from 'commander';
import type { Command } from 'commander';
import type { Mode } from '../../../shared/engine/documents';
import { approvedDeletes } from '../argument-values';
import { modes } from '../choices';
import { usageError } from '../failure';
import type { AddCommand } from '../invocation';
import type { RunWish } from '../run-datasets';
import { selectedDatasets, takesDatasets } from '../selection';
import { withEngine } from '../with-engine';

interface Options {
  readonly mode: Mode;
  readonly plan?: string;
  readonly yes?: boolean;
  readonly retryFailed?: boolean;
  readonly approveDeletes?: number | 'all';
  readonly allowEmptySource?: boolean;
  readonly confirm?: string;
}

export const addRun: AddCommand = (program, perform) => {
  const command = takesDatasets(
    program.command('run').description('Bring datasets into line: plan, ask, apply, verify'),
    ' (or --all, or --plan)',
  )
    .addOption(new Option('--mode <mode>', 'how to find the differences').choices(modes).default('auto'))
    .option('--plan <id>', 'execute this stored plan, as astro-sync plan printed it')
    .option('--yes', 'accept the plan without a question; never overrules a guard')
    .option('--retry-failed', 'put what failed in earlier runs back into the queue first, to be tried again')
    .option('--approve-deletes <n>', 'let each dataset delete up to so many rows, or all', approvedDeletes)
    .option('--allow-empty-source', 'let a source without rows empty its target')
    .option('--confirm <environment>', 'the name of the environment, needed in production')
    .addHelpText(
      'after',
      '\nWithout --yes it shows the plan and asks; without a terminal (or with --json) it prints the plan and exits 2.\n' +
        'Ctrl-C cancels cleanly, a second one stops at once.\n' +
        'Examples:\n  astro-sync run --all\n  astro-sync run launches bookings --yes --json\n' +
        '  astro-sync run bookings --retry-failed --yes\n  astro-sync run --plan <id> --approve-deletes 312',
    );
  command.action(() =>
    perform(command, (invocation) => {
      const wish = runWish(command);
      return withEngine(invocation, 'required', async (session) => {
        const { runDatasets } = await import('../run-datasets');
        return runDatasets(invocation, session, wish);
      });
    }),
  );
};

function runWish(command: Command): RunWish {
  const { mode, plan, yes = false, approveDeletes, allowEmptySource = false, confirm } = command.opts<Options>();
  const { retryFailed = false } = command.opts<Options>();
  const datasets = selectedDatasets(command, plan === undefined);
  if (plan !== undefined) {
    const hint = 'To run something else than the plan says, leave --plan out.';
    if (datasets.length > 0)
      throw usageError('A stored plan names its datasets: give --plan or datasets, not both', hint);
    if (retryFailed)
      throw usageError('A stored plan has counted its rows: give --plan or --retry-failed, not both', hint);
    if (command.getOptionValueSource('mode') === 'cli') {
      throw usageError('A stored plan has its mode: give --plan or --mode, not both', hint);
    }
  }
  return {
    accepted: yes,
    retryFailed,
    request: {
      datasets,
      mode,
      allowEmptySource,
      ...(plan === undefined ? {} : { plan }),
      ...(approveDeletes === undefined ? {} : { approveDeletes }),
      ...(confirm === undefined ? {} : { confirm }),
    },
  };
}
