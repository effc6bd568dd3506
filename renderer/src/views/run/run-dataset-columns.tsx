import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { Counts } from '../../../../shared/engine/counts';
import type { RunDetail } from '../../../../shared/engine/reports';
import { verdictOf } from '../../../../shared/engine/verdict';
import { Count } from '../../components/count';
import type { SortedColumn } from '../../components/sorted-table';
import { StatusBadge } from '../../components/status-badge';
import { counted, grouped } from '../../format/number';
import { duration } from '../../format/time';
import { href } from '../../router/router';
import type { LiveRun } from '../../store/activity';
import { DatasetProgress } from './dataset-progress';

type RunDataset = RunDetail['datasets'][number];

/** One dataset of a run with what counts now: as its record says, or as events tell while it works. */
export interface RunLine {
  readonly dataset: RunDataset;
  readonly works: boolean;
  readonly counts: Counts;
}

const moving = ['queued', 'planning', 'running', 'verifying'];

export function runLines(datasets: RunDetail['datasets'], live: LiveRun, active: boolean): readonly RunLine[] {
  return datasets.map((dataset) => {
    const works = active && moving.includes(dataset.status);
    return { dataset, works, counts: (works ? live.datasets[dataset.name]?.latest.counts : null) ?? dataset.counts };
  });
}

/** What all datasets count now, as their lines show it. */
export function sumOfCounts(lines: readonly RunLine[]): Counts {
  const sum: Record<string, number> = {};
  for (const { counts } of lines)
    for (const [name, value] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + value;
  return sum as Counts;
}

/** What a dataset that is at work has yet to come to is not given up. */
const notDone = ({
  works,
  counts: { withheld, conflicted, failed, not_attempted: left },
}: Pick<RunLine, 'works' | 'counts'>): number => withheld + conflicted + failed + (works ? 0 : left);

/** Where it is told why, and what can be done about it: the rows that failed, the jobs that wait or conflict, else the log. */
export function whereLeft(run: string, { dataset: { name }, counts }: Pick<RunLine, 'dataset' | 'counts'>): string {
  if (counts.failed > 0) return href(`/runs/${run}`, { tab: 'errors' });
  if (counts.conflicted > 0) return href('/queue', { dataset: name, status: 'conflict' });
  if (counts.withheld > 0) return href('/queue', { dataset: name, status: 'pending' });
  return href(`/runs/${run}`, { tab: 'log' });
}

/** An incremental run looks at what changed alone: how much is equal it does not count. */
const equal = ({ dataset: { mode, verified }, counts: { unchanged } }: RunLine): number | null =>
  unchanged > 0 || (mode !== 'incremental' && verified !== null) ? unchanged : null;

const number = (name: 'inserted' | 'updated' | 'deleted', title: string): SortedColumn<RunLine> => ({
  name,
  title,
  align: 'end',
  value: ({ counts }) => counts[name],
  render: ({ counts }) => <Count value={counts[name]} />,
});

const underWay = ['queued', 'planning', 'running', 'verifying'];

const hasEnded = ({ status }: RunLine['dataset']): boolean => !underWay.includes(status);

/** What a run did to each dataset, column by column. */
export function runDatasetColumns(
  { id: run, kind, silent_since: silent }: Pick<RunDetail['run'], 'id' | 'kind' | 'silent_since'>,
  live: LiveRun,
): readonly SortedColumn<RunLine>[] {
  const all: readonly SortedColumn<RunLine>[] = [
    {
      name: 'name',
      title: 'Dataset',
      value: ({ dataset }) => dataset.name,
      render: ({ dataset: { name, mode, baseline, changes, changed_rows: rows }, works }) => (
        <>
          <div className="strong cut" title={name}>
            {name}
          </div>
          <div className="small soft">
            {mode ?? (works ? 'not begun' : '')}
            {baseline === 'gap' ? ', gap' : ''}
            {(changes ?? 0) === 0 ? '' : `, ${counted(changes ?? 0, 'change')} of ${counted(rows ?? 0, 'row')}`}
          </div>
        </>
      ),
    },
    {
      name: 'progress',
      title: 'Progress',
      className: 'run-progress',
      value: ({ dataset }) => dataset.status,
      render: ({ dataset, works }) =>
        works ? (
          <DatasetProgress name={dataset.name} live={live.datasets[dataset.name]} dataset={dataset} />
        ) : (
          <StatusBadge status={dataset.status} silentSince={hasEnded(dataset) ? null : silent} />
        ),
    },
    number('inserted', 'Inserted'),
    number('updated', 'Updated'),
    number('deleted', 'Deleted'),
    {
      name: 'not-done',
      title: 'Not done',
      align: 'end',
      value: notDone,
      render: (line) =>
        notDone(line) === 0 ? (
          <Count value={0} />
        ) : (
          <a
            className={line.counts.failed > 0 ? 'bad strong' : 'warn strong'}
            title={`${grouped(line.counts.failed)} failed, ${grouped(line.counts.withheld)} withheld, ${grouped(line.counts.conflicted)} conflicts, ${grouped(line.counts.not_attempted)} not attempted`}
            href={whereLeft(run, line)}
          >
            {grouped(notDone(line))}
          </a>
        ),
    },
    {
      name: 'unchanged',
      title: 'Equal',
      align: 'end',
      value: equal,
      render: (line) => <Count value={equal(line)} />,
    },
    {
      name: 'verified',
      title: 'Verified',
      value: ({ dataset }) => dataset.differences,
      render: (line) => <Verified {...line} kind={kind} />,
    },
    {
      name: 'took',
      title: 'Took',
      align: 'end',
      className: 'small',
      value: ({ dataset }) => dataset.duration_ms,
      render: ({ dataset: { duration_ms: took } }) =>
        took === null ? <span className="faint">–</span> : duration(took),
    },
  ];
  // A verification writes nothing.
  return kind === 'verify' ? all.filter(({ name }) => !ofWrites.includes(name)) : all;
}

const ofWrites: readonly string[] = ['inserted', 'updated', 'deleted', 'not-done'];

function Verified({ dataset, works, counts, kind }: RunLine & Pick<RunDetail['run'], 'kind'>) {
  if (dataset.verified === null) return <span className="faint">{works ? 'not yet' : 'not verified'}</span>;
  const verdict = verdictOf({ ...dataset, ...counts });
  // A stream has no rows of its own, and an empty table none at all.
  if (verdict.kind === 'equal' && kind === 'verify' && counts.unchanged === 0)
    return <span className="soft">nothing to compare</span>;
  const equal = verdict.kind === 'equal';
  return (
    <span className={`row ${equal ? 'good' : 'warn'}`}>
      {equal ? <CircleCheck size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />} {verdict.words}
    </span>
  );
}
