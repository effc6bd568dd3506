import type { OriginLine } from '../../../../shared/contract/methods/origins';
import { Panel } from '../../components/page';
import { When } from '../../components/when';
import { counted, grouped } from '../../format/number';
import { href } from '../../router/router';

/** Who changed how much, each line leading to its jobs. */
export function OriginTable({
  lines,
  truncated,
  search,
  onSearch,
  since,
  until,
}: {
  readonly lines: readonly OriginLine[];
  readonly truncated: boolean;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly since: string;
  readonly until: string;
}) {
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
      <table className="table">
        <thead>
          <tr>
            <th>Actor</th>
            <th>Application</th>
            <th>Database role</th>
            <th>Database</th>
            <th>Dataset</th>
            <th className="number">Changes</th>
            <th>Last</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ actor, application, session_user: role, database, dataset, changes, last_at: last }) => (
            <tr key={JSON.stringify([actor, application, role, database, dataset])}>
              <td>
                {actor === null ? <span className="faint">not told</span> : <span className="strong">{actor}</span>}
              </td>
              <td>{application ?? <span className="faint">not told</span>}</td>
              <td className="soft">{role ?? '–'}</td>
              <td>{database}</td>
              <td>{dataset}</td>
              <td className="number">
                <a href={href('/queue', { dataset, database, actor, application, since, until })}>
                  {grouped(changes)}
                  <span className="only-read"> changes, open them</span>
                </a>
              </td>
              <td>
                <When at={last} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
