import { Option } from 'commander';
import type { RunsFilter } from '../../engine/operate/api';
import { moment, oneOrMoreOf, wholeNumber } from '../argument-values';
import { modes, runKinds, runStatuses } from '../choices';
import { exitCode } from '../exit-code';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

export const addRuns: AddCommand = (program, perform) => {
  const command = program
    .command('runs')
    .description('List runs and verifications, newest first')
    .option('--dataset <name>', 'only those with this dataset')
    .option(
      '--status <status>',
      `only those with this status, or several: ${runStatuses.join(', ')}`,
      oneOrMoreOf(runStatuses),
    )
    .option('--kind <kind>', `only those of this kind, or several: ${runKinds.join(', ')}`, oneOrMoreOf(runKinds))
    .addOption(new Option('--mode <mode>', 'only those that were asked for in this mode').choices(modes))
    .option('--operator <name>', 'only those of this operator')
    .option('--since <time>', 'only those since then: 2026-03-01, 2026-03-01T14:30, 2h, 3d', (text) => moment(text))
    .option('--until <time>', 'only those before then', (text) => moment(text))
    .option('--before <id>', 'only those that began before this one: the next page')
    .option('--limit <n>', 'how many at most', wholeNumber(1), 20)
    .addHelpText(
      'after',
      '\nExamples:\n  astro-sync runs --since 3d\n  astro-sync runs --status failed,interrupted --kind run\n  astro-sync runs show <id>',
    );
  const filter = (): RunsFilter => command.opts<RunsFilter>();
  command.action(() =>
    perform(command, (invocation) =>
      // Definitions tell only whether there is such a dataset.
      withEngine(
        invocation,
        filter().dataset === undefined ? 'none' : 'present',
        async ({ engine, untilCancelled }) => {
          const runs = await untilCancelled(engine.runs(filter()));
          const { renderRuns } = await import('../render/runs');
          return { document: { runs }, text: (look) => renderRuns(runs, look), exitCode: exitCode.done };
        },
      ),
    ),
  );

  const show = command
    .command('show')
    .description('Show one run: its datasets, counts, errors and timeline')
    .argument('<id>', 'the id of the run, as runs lists it, or its first 6 characters')
    .addHelpText('after', '\nExample:\n  astro-sync runs show <id> --json');
  show.action(() =>
    perform(show, (invocation) =>
      // Definitions tell what of its example rows is hidden.
      withEngine(invocation, 'present', async ({ engine, untilCancelled }) => {
        const detail = await untilCancelled(engine.runDetail(show.args[0] ?? ''));
        const { renderRunDetail } = await import('../render/runs');
        return { document: detail, text: (look) => renderRunDetail(detail, look), exitCode: exitCode.done };
      }),
    ),
  );
};
