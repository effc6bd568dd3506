import type { OriginLine, Origins } from '../../../../shared/contract/methods/origins';
import { visibleName } from '../../../../shared/visible';
import { Panel } from '../../components/page';
import { SortedTable } from '../../components/sorted-table';
import type { SortedColumn } from '../../components/sorted-table';
import { When } from '../../components/when';
import { counted, grouped } from '../../format/number';
import { jobsOf } from './jobs-of';
import type { Counted } from './jobs-of';

/** Who changed how much, each line leading to its jobs. */
export function OriginTable({
  data,
  search,
  onSearch,
}: {
  readonly data: Origins;
  readonly search: string;
  readonly onSearch: (search: string) => void;
}) {
  const { lines, truncated } = data;
  const word = search.trim().toLowerCase();
  const shown = lines.filter((line) =>
    [line.application, line.actor, line.session_user, line.database, line.dataset].some((each) =>
      each?.toLowerCase().includes(word),
    ),
  );
  return (
    <Panel
      flush
      title="By whom"
      about={`${counted(shown.length, 'line')}${truncated ? ', the busiest; the rest is left out' : ''}`}
      actions={
        <input
          className="field__input"
          style={{ width: 220 }}
          aria-label="Find an actor or application"
          placeholder="Find an actor or application"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      }
    >
      <SortedTable label="Changes by whom" columns={columns(data)} rows={shown} idOf={nameOf} />
    </Panel>
  );
}

const nameOf = ({ actor, application, session_user: role, database, dataset }: OriginLine): string =>
  JSON.stringify([actor, application, role, database, dataset]);
const untold = <span className="faint">not told</span>;

function columns(counted: Counted): readonly SortedColumn<OriginLine>[] {
  return [
    {
      name: 'actor',
      title: 'Actor',
      value: ({ actor }) => actor,
      render: ({ actor }) => (actor === null ? untold : <span className="strong">{visibleName(actor)}</span>),
    },
    {
      name: 'application',
      title: 'Application',
      value: ({ application }) => application,
      render: ({ application }) => (application === null ? untold : visibleName(application)),
    },
    {
      name: 'role',
      title: 'Database role',
      className: 'soft',
      value: ({ session_user: role }) => role,
      render: ({ session_user: role }) => visibleName(role ?? '–'),
    },
    { name: 'database', title: 'Database', value: ({ database }) => database, render: ({ database }) => database },
    { name: 'dataset', title: 'Dataset', value: ({ dataset }) => dataset, render: ({ dataset }) => dataset },
    {
      name: 'changes',
      title: 'Changes',
      align: 'end',
      value: ({ changes }) => changes,
      render: (line) => (
        <a href={jobsOf(line, counted)}>
          {grouped(line.changes)}
          <span className="only-read"> {line.changes === 1 ? 'change, open it' : 'changes, open them'}</span>
        </a>
      ),
    },
    { name: 'last', title: 'Last', value: ({ last_at: at }) => at, render: ({ last_at: at }) => <When at={at} /> },
  ];
}
