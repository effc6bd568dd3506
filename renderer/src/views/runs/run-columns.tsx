import type { RunSummary } from '../../../../shared/engine/reports';
import type { Column } from '../../components/data-table';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { grouped } from '../../format/number';
import { duration } from '../../format/time';
import { LastChanges } from '../../components/last-changes';
import { tookMs } from './took';
import { shortId } from '../../format/id';

const kinds = { plan: 'preview', run: 'run', verify: 'verify' } as const;

/** @param longest milliseconds of the longest run in view: durations are drawn against it */
export function runColumns(longest: number): readonly Column<RunSummary>[] {
  return [
    { name: 'id', title: 'Run', width: '76px', render: ({ id }) => <code title={id}>{shortId(id)}</code> },
    { name: 'status', title: 'Status', width: '112px', render: ({ status }) => <StatusBadge status={status} /> },
    {
      name: 'kind',
      title: 'Kind',
      width: '130px',
      render: ({ kind, mode }) => `${kinds[kind]}${kind === 'verify' ? '' : `, ${mode}`}`,
    },
    {
      name: 'datasets',
      title: 'Datasets',
      width: 'minmax(120px, 2fr)',
      render: ({ datasets, error }) => (
        <span title={error === null ? datasets.join(', ') : error.message}>
          {datasets.join(', ')}
          {error === null ? null : <span className="bad"> {error.message}</span>}
        </span>
      ),
    },
    {
      name: 'changes',
      title: 'Changes',
      width: 'minmax(110px, 1fr)',
      render: ({ counts, kind }) =>
        kind === 'verify' ? (
          <span className="soft small">{grouped(counts.unchanged)} equal</span>
        ) : (
          <LastChanges counts={counts} />
        ),
    },
    {
      name: 'operator',
      title: 'Operator',
      width: 'minmax(70px, 0.7fr)',
      render: ({ operator, host }) => <span title={`${operator} on ${host}`}>{operator}</span>,
    },
    { name: 'when', title: 'Begun', width: '96px', render: ({ started_at: at }) => <When at={at} /> },
    {
      name: 'took',
      title: 'Took',
      width: '130px',
      render: (run) =>
        run.ended_at === null ? (
          <span className="soft">under way</span>
        ) : (
          <span className="took">
            <span className="took__bar" style={{ width: `${Math.max(2, (tookMs(run) / longest) * 44)}px` }} />
            {duration(tookMs(run))}
          </span>
        ),
    },
  ];
}
