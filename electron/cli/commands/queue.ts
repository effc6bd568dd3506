import { Option } from 'commander';
import type { JobStatus } from '../../../shared/engine/documents';
import type { QueueFilter } from '../../engine/operate/api';
import { moment, oneOrMoreOf, wholeNumber } from '../argument-values';
import { jobStatuses, writers } from '../choices';
import { exitCode } from '../exit-code';
import { usageError } from '../failure';
import type { AddCommand } from '../invocation';
import { withEngine } from '../with-engine';

interface Options extends Omit<QueueFilter, 'application' | 'status'> {
  readonly app?: string;
  readonly status?: readonly JobStatus[];
}

export const addQueue: AddCommand = (program, perform) => {
  const command = program
    .command('queue')
    .description('List the jobs of the queue with the origin of each change, newest first')
    .option('--dataset <name>', 'only jobs of this dataset')
    .option(
      '--status <status>',
      `only jobs with this status, or several: ${jobStatuses.join(', ')}`,
      oneOrMoreOf(jobStatuses),
    )
    .option('--entity <key>', 'only jobs of this entity: its key; of several columns "300 · 1", "a=300, b=1" or JSON')
    .option('--app <name>', 'only changes made by this application')
    .option('--actor <name>', 'only changes made by this person')
    .addOption(
      new Option('--by <whom>', 'only changes that a run of the sync wrote itself, or those of others').choices(
        writers,
      ),
    )
    .option('--origin-database <name>', 'only changes made in this database of the environment')
    .option('--run <id>', 'only jobs that this run took')
    .option('--since <time>', 'only changes since then: 2026-03-01, 2026-03-01T14:30, 2h, 3d', (text) => moment(text))
    .option('--until <time>', 'only changes before then', (text) => moment(text))
    .option('--before <id>', 'only jobs older than this one: the next page')
    .option('--after <id>', 'only jobs newer than this one, oldest first')
    .option('--limit <n>', 'how many at most', wholeNumber(1), 100)
    .addHelpText(
      'after',
      '\nChanges that are captured but not yet in the queue are only counted: plan, run or verify fetch them.\n' +
        'Examples:\n  astro-sync queue --dataset launches --status pending,failed\n' +
        '  astro-sync queue --app booking-service --since 2h\n  astro-sync queue --entity 4711 --json',
    );
  command.action(() =>
    perform(command, (invocation) => {
      const { app, ...filter } = command.opts<Options>();
      if (filter.since !== undefined && filter.until !== undefined && filter.since > filter.until) {
        throw usageError('--since is later than --until', 'Exchange the two.');
      }
      if (filter.before !== undefined && filter.after !== undefined) {
        throw usageError('--before and --after cannot be given together', 'Leave one of them out.');
      }
      return withEngine(invocation, 'present', async ({ engine, untilCancelled }) => {
        const jobs = await untilCancelled(
          engine.queue({ ...filter, ...(app === undefined ? {} : { application: app }) }),
        );
        const captured = invocation.json ? [] : await untilCancelled(engine.unrelayed(filter.dataset));
        const [{ renderQueue }, { renderUnrelayed }] = await Promise.all([
          import('../render/jobs'),
          import('../render/unrelayed'),
        ]);
        return {
          document: { jobs },
          text: (look) => renderQueue(jobs, look) + renderUnrelayed(captured, look),
          exitCode: exitCode.done,
        };
      });
    }),
  );
};
