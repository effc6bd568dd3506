import { ArrowRight } from 'lucide-react';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { waitingWords } from '../../../../shared/engine/waiting-words';
import { Count } from '../../components/count';
import type { SortedColumn } from '../../components/sorted-table';
import { StatusBadge } from '../../components/status-badge';
import { Tick } from '../../components/tick';
import { When } from '../../components/when';
import { capital } from '../../format/capital';
import { counted, grouped } from '../../format/number';
import { href } from '../../router/router';
import { DatasetActions } from './dataset-actions';
import { LastVerified } from './last-verified';
import { StateCell } from './state-cell';
import type { DatasetState } from './dataset-state';
import { waiting } from './waiting';

export interface DatasetLine {
  readonly dataset: DatasetStatus;
  readonly state: DatasetState;
  /** since when its last run, which has not ended, gives no sign of life */
  readonly silentSince: string | null;
}

/** What the overview says of each dataset, column by column. */
export function datasetColumns({
  names,
  chosen,
  onChoose,
  onSync,
  onAcknowledge,
  readOnly,
  beforeInstall,
}: {
  /** those that are shown */
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  readonly onChoose: (names: readonly string[]) => void;
  readonly onSync: (name: string) => void;
  readonly onAcknowledge: (dataset: DatasetStatus) => void;
  readonly readOnly: boolean;
  readonly beforeInstall: boolean;
}): readonly SortedColumn<DatasetLine>[] {
  const all = names.length > 0 && names.every((name) => chosen.includes(name));
  return [
    {
      name: 'chosen',
      title: (
        <Tick
          label="Select all datasets"
          checked={all}
          some={!all && chosen.length > 0}
          onChange={(on) => onChoose(on ? names : [])}
        />
      ),
      render: ({ dataset: { name } }) => (
        <Tick
          label={`Select ${name}`}
          checked={chosen.includes(name)}
          onChange={(on) => onChoose(on ? [...chosen, name] : chosen.filter((other) => other !== name))}
        />
      ),
    },
    {
      name: 'name',
      title: 'Dataset',
      className: 'datasets-table__name',
      value: ({ dataset }) => dataset.name,
      render: ({ dataset: { name, source, target } }) => (
        <>
          <div className="strong cut">
            <a href={href(`/datasets/${encodeURIComponent(name)}`)} title={name}>
              {name}
            </a>
          </div>
          <div className="way" title={`${source} → ${target}`}>
            <span className="cut">{source}</span>
            <span className="way__to">
              <ArrowRight size={12} aria-label="to" />
              <span className="cut">{target}</span>
            </span>
          </div>
        </>
      ),
    },
    {
      name: 'state',
      title: 'State',
      // The most urgent first.
      value: ({ state }) => -state.rank,
      render: ({ state }) => <StateCell state={state} />,
    },
    {
      name: 'waiting',
      title: 'Waiting',
      align: 'end',
      value: ({ dataset }) => waiting(dataset),
      render: ({ dataset }) => <WaitingCell dataset={dataset} />,
    },
    {
      name: 'last',
      title: 'Last run',
      value: ({ dataset }) => dataset.last_run?.ended_at ?? null,
      render: ({ dataset: { last_run: last }, silentSince }) =>
        last === null ? (
          <span className="faint">never</span>
        ) : (
          <a className="overview__last" href={href(`/runs/${last.id}`)}>
            <StatusBadge status={last.status} silentSince={silentSince} />
            <span className="small soft">
              <When at={last.ended_at ?? silentSince} none="under way" />
            </span>
          </a>
        ),
    },
    {
      name: 'verified',
      title: 'Verified',
      className: 'small',
      value: ({ dataset }) => dataset.last_verified_at,
      render: ({ dataset }) => <LastVerified dataset={dataset} />,
    },
    {
      name: 'actions',
      title: <span className="only-read">Actions</span>,
      className: 'actions',
      render: ({ dataset, state }) => (
        <DatasetActions
          dataset={dataset}
          state={state}
          readOnly={readOnly}
          beforeInstall={beforeInstall}
          onSync={() => onSync(dataset.name)}
          onAcknowledge={() => onAcknowledge(dataset)}
        />
      ),
    },
  ];
}

function WaitingCell({ dataset }: { readonly dataset: DatasetStatus }) {
  const { name, backlog, backlog_rows: rows = null, oldest_pending_at: oldest } = dataset;
  const waits = waiting(dataset);
  const words = waitingWords({
    queued: backlog ?? 0,
    rows: backlog === 0 ? 0 : rows,
    captured: dataset.unrelayed ?? 0,
    exact: true,
  });
  return (
    <>
      {waits === null || backlog === null || backlog === 0 ? (
        <span title={(waits ?? 0) > 0 ? 'captured, not yet in the queue' : undefined}>
          <Count value={waits} />
        </span>
      ) : (
        <a href={href('/queue', { dataset: name, status: 'pending' })} title={capital(words)}>
          {grouped(waits)}
        </a>
      )}
      {rows === null || rows === 0 || rows === waits || waits !== backlog ? null : (
        <div className="small soft" style={{ whiteSpace: 'nowrap' }}>
          of {counted(rows, 'row')}
        </div>
      )}
      {oldest === null ? null : (
        <div className="small soft">
          <When at={oldest} />
        </div>
      )}
    </>
  );
}
