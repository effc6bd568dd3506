import type { ReactNode } from 'react';
import type { Job, Origin } from '../../../../shared/engine/documents';
import { visibleName } from '../../../../shared/visible';
import type { Column } from '../../components/data-table-rows';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { KeyCell } from '../../components/key-cell';
import { brief, grouped } from '../../format/number';
import { shortId } from '../../format/id';

const none = <span className="faint">–</span>;

function shown(name: string | null): ReactNode {
  return name === null ? none : visibleName(name);
}

function whoSignedIn({ actor, session_user: role }: Origin): string | undefined {
  if (role === null) return actor === null ? undefined : visibleName(actor);
  return visibleName(actor === null ? role : `${actor}, signed in as ${role}`);
}

export const jobColumns: readonly Column<Job>[] = [
  { name: 'id', title: 'Job', width: '70px', yields: 6, render: ({ id }) => <span className="soft">{id}</span> },
  { name: 'status', title: 'Status', width: '108px', render: ({ status }) => <StatusBadge status={status} /> },
  {
    name: 'dataset',
    title: 'Dataset',
    width: 'minmax(110px, 1.4fr)',
    render: ({ dataset }) => (
      <span className="strong" title={dataset}>
        {dataset}
      </span>
    ),
  },
  {
    name: 'operation',
    title: 'Operation',
    width: '66px',
    yields: 2,
    render: ({ data, note }) => <span title={note ?? undefined}>{data.operation}</span>,
  },
  {
    name: 'entity',
    title: 'Entity',
    width: 'minmax(130px, 1.4fr)',
    render: ({ entity_key: key }) => <KeyCell value={key} />,
  },
  {
    name: 'actor',
    title: 'Actor',
    width: 'minmax(84px, 0.8fr)',
    yields: 4,
    render: ({ data: { origin } }) => (
      <span title={whoSignedIn(origin)}>{shown(origin.actor ?? origin.session_user)}</span>
    ),
  },
  {
    name: 'application',
    title: 'Application',
    width: 'minmax(84px, 0.8fr)',
    yields: 5,
    render: ({ data: { origin } }) => (
      <span title={origin.application === null ? undefined : visibleName(origin.application)}>
        {shown(origin.application)}
      </span>
    ),
  },
  {
    name: 'database',
    title: 'Database',
    width: 'minmax(70px, 0.8fr)',
    yields: 7,
    render: ({ data: { origin } }) => <span title={origin.database}>{origin.database}</span>,
  },
  {
    name: 'attempts',
    title: 'Tries',
    width: '40px',
    yields: 9,
    align: 'end',
    render: ({ attempts }) => (attempts === 0 ? none : <span title={grouped(attempts)}>{brief(attempts)}</span>),
  },
  {
    name: 'run',
    title: 'Run',
    width: '72px',
    yields: 8,
    render: ({ run }) => (run === null ? none : <code title={run}>{shortId(run)}</code>),
  },
  {
    name: 'when',
    title: 'Changed',
    width: '84px',
    yields: 1,
    render: ({ data: { origin } }) => <When at={origin.at} />,
  },
];
