import type { RunSummary } from '../../../../shared/engine/reports';
import { comparedByRun, verdictOf } from '../../../../shared/engine/verdict';
import { visibleName, visibleText } from '../../../../shared/visible';
import type { Column } from '../../components/data-table-rows';
import { StatusBadge } from '../../components/status-badge';
import { Tick } from '../../components/tick';
import { When } from '../../components/when';
import { counted, grouped } from '../../format/number';
import { duration } from '../../format/time';
import { LastChanges } from '../../components/last-changes';
import { tookMs } from './took';
import { shortId } from '../../format/id';
import { runKinds } from '../../format/run-kind';

/** There is little room: of which dataset an error is said in one word. */
const shortened = (message: string): string => message.replace(/^Dataset "([^"]+)": /, '$1: ');

/**
 * @param longest milliseconds of the longest run in view: durations are drawn against it
 * @param marked ids of runs that are ticked, to be compared
 */
export function runColumns({
  longest,
  marked,
  onMark,
}: {
  readonly longest: number;
  readonly marked: readonly string[];
  readonly onMark: (id: string) => void;
}): readonly Column<RunSummary>[] {
  return [
    {
      name: 'mark',
      title: <span className="only-read">To compare</span>,
      width: '20px',
      render: ({ id }) => (
        // The row itself opens the run.
        <span className="row" onClick={(event) => event.stopPropagation()}>
          <Tick label={`Compare run ${shortId(id)}`} checked={marked.includes(id)} onChange={() => onMark(id)} />
        </span>
      ),
    },
    { name: 'id', title: 'Run', width: '76px', render: ({ id }) => <code title={id}>{shortId(id)}</code> },
    {
      name: 'status',
      title: 'Status',
      width: '112px',
      render: ({ status, silent_since: silent }) => <StatusBadge status={status} silentSince={silent} />,
    },
    {
      name: 'kind',
      title: 'Kind',
      width: '116px',
      yields: 3,
      render: ({ kind, mode }) => `${runKinds[kind].toLowerCase()}${kind === 'verify' ? '' : `, ${mode}`}`,
    },
    {
      name: 'datasets',
      title: 'Datasets',
      width: 'minmax(120px, 3fr)',
      render: ({ datasets, error }) => (
        <span title={[datasets.join(', '), ...(error === null ? [] : [visibleText(error.message)])].join('\n')}>
          {datasets.length === 1 ? datasets[0] : counted(datasets.length, 'dataset')}
          {error === null ? null : <span className="bad"> {visibleText(shortened(error.message))}</span>}
        </span>
      ),
    },
    {
      name: 'changes',
      title: 'Changes',
      width: 'minmax(150px, 1fr)',
      yields: 2,
      render: (run) =>
        run.kind === 'verify' ? (
          <Verification run={run} />
        ) : (run.differences ?? 0) > 0 ? (
          <Differs run={run} />
        ) : (
          <LastChanges counts={run.counts} status={run.status} />
        ),
    },
    {
      name: 'operator',
      title: 'Operator',
      width: 'minmax(70px, 0.7fr)',
      yields: 4,
      render: ({ operator, host, application }) => (
        <span title={visibleName(`${operator} on ${host} with ${application}`)}>{visibleName(operator)}</span>
      ),
    },
    { name: 'when', title: 'Begun', width: '84px', yields: 1, render: ({ started_at: at }) => <When at={at} /> },
    {
      name: 'took',
      title: 'Took',
      width: '112px',
      yields: 5,
      render: (run) =>
        run.ended_at === null ? (
          <span className="soft">{(run.silent_since ?? null) === null ? 'under way' : 'not known'}</span>
        ) : (
          <span className="took">
            <span className="took__bar" style={{ width: `${Math.max(2, (tookMs(run) / longest) * 44)}px` }} />
            {duration(tookMs(run))}
          </span>
        ),
    },
  ];
}

/** A run whose target is not as its source comes before what it did, for which there is no room beside. */
function Differs({ run }: { readonly run: RunSummary }) {
  const { words } = verdictOf(comparedByRun(run));
  const { inserted, updated, deleted } = run.counts;
  const did = `${grouped(inserted)} inserted, ${grouped(updated)} updated, ${grouped(deleted)} deleted`;
  return (
    <div className="small warn cut" title={`verified: ${words}; ${did}`}>
      verified: {words}
    </div>
  );
}

function Verification({ run }: { readonly run: RunSummary }) {
  const { kind, words } = verdictOf(comparedByRun(run));
  const equal = run.counts.unchanged;
  if (kind === 'none' || (kind === 'rest' && equal === 0)) return <span className="soft small">not counted</span>;
  if (kind === 'equal') return <span className="soft small">{grouped(equal)} equal</span>;
  return (
    <span className="soft small">
      <span className="warn">{words}</span>, {grouped(equal)} equal
    </span>
  );
}
