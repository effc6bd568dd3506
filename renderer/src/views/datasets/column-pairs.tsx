import { EyeOff, KeyRound } from 'lucide-react';
import type { DatasetDetail } from '../../../../shared/contract/methods/datasets';
import { visibleName } from '../../../../shared/visible';
import { Badge } from '../../components/badge';
import { Panel } from '../../components/page';
import { counted } from '../../format/number';

/** The columns that are kept in line, both sides next to each other; below them those that the definition leaves alone. */
export function ColumnPairs({
  columns,
  source,
  target,
}: {
  readonly columns: DatasetDetail['columns'];
  readonly source: string;
  readonly target: string;
}) {
  const kept = columns.filter(
    ({ source: from, target: to, computed }) => to !== null && (from !== null || computed !== null),
  );
  const unread = columns
    .filter(({ target: to }) => to === null)
    .flatMap(({ source: from }) => (from === null ? [] : visibleName(from.name)));
  const unwritten = columns
    .filter(({ source: from, computed }) => from === null && computed === null)
    .flatMap(({ target: to }) => (to === null ? [] : visibleName(to.name)));
  return (
    <Panel flush title="Columns" about={`${counted(kept.length, 'column')} kept in line`}>
      <table className="table">
        <thead>
          <tr>
            <th>Source ({source})</th>
            <th>Type</th>
            <th>Made by</th>
            <th>Target ({target})</th>
            <th>Type</th>
            <th>
              <span className="only-read">Marks</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {kept.map(({ source: from, target: to, key, masked, computed }, index) => (
            <tr key={index}>
              <td className="strong">{from === null ? <span className="faint">–</span> : visibleName(from.name)}</td>
              <td className="soft">{from?.type ?? ''}</td>
              <td style={{ maxWidth: 320 }}>
                {computed === null ? (
                  <span className="faint">as it is</span>
                ) : (
                  <code className="cut" style={{ display: 'block' }} title={computed}>
                    {computed}
                  </code>
                )}
              </td>
              <td className="strong">{to === null ? <span className="faint">–</span> : visibleName(to.name)}</td>
              <td className="soft">{to?.type ?? ''}</td>
              <td>
                <span className="row">
                  {key ? (
                    <Badge tone="info" icon={<KeyRound size={12} aria-hidden />}>
                      key
                    </Badge>
                  ) : null}
                  {masked ? (
                    <Badge tone="idle" icon={<EyeOff size={12} aria-hidden />}>
                      masked
                    </Badge>
                  ) : null}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <LeftAlone what="read" database={source} names={unread} />
      <LeftAlone what="written" database={target} names={unwritten} />
    </Panel>
  );
}

function LeftAlone({
  what,
  database,
  names,
}: {
  readonly what: 'read' | 'written';
  readonly database: string;
  readonly names: readonly string[];
}) {
  if (names.length === 0) return null;
  return (
    <p className="left-alone">
      <span className="strong">
        Not {what} in {database}:
      </span>{' '}
      {names.join(', ')}
    </p>
  );
}
