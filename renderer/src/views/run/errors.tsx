import { useEffect, useRef, useState } from 'react';
import { CircleCheck } from 'lucide-react';
import type { ErrorGroup } from '../../../../shared/contract/methods/runs';
import { visibleName } from '../../../../shared/visible';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { counted, grouped } from '../../format/number';
import { useResource } from '../../store/resource';
import { RowErrors } from './row-errors';

const nameOf = ({ dataset, sqlstate, column, reason }: ErrorGroup): string =>
  JSON.stringify([dataset, sqlstate, column, reason]);

const placeOf = ({ dataset, column }: ErrorGroup): string =>
  column === null ? dataset : `${dataset}.${visibleName(column)}`;

/** Row errors by cause; a cause leads to its rows, a row to all that is known of it. */
export function Errors({ run, count }: { readonly run: string; readonly count: number }) {
  const groups = useResource('runs.errorGroups', count === 0 ? null : { run });
  const { reload } = groups;
  const known = groups.data?.reduce((sum, group) => sum + group.count, 0) ?? null;
  const asked = useRef(count);
  useEffect(() => {
    // While the run works more rows fail, of these causes and of others.
    if (known === null || known === count || asked.current === count) return;
    asked.current = count;
    reload();
  }, [known, count, reload]);
  const [chosen, setChosen] = useState<string | null>(null);
  if (count === 0) {
    return (
      <EmptyState icon={<CircleCheck size={22} aria-hidden />} title="No row failed">
        Rows that the target refuses would stand here, by cause, with the value and the reason.
      </EmptyState>
    );
  }
  if (groups.data === undefined) {
    return groups.failure === null ? (
      <SkeletonRows rows={6} />
    ) : (
      <ErrorState title="The errors could not be read" failure={groups.failure} onRetry={groups.reload} />
    );
  }
  const group = groups.data.find((each) => nameOf(each) === chosen) ?? groups.data[0];
  return (
    <div className="causes">
      <Panel flush title={counted(groups.data.length, 'cause')} about={counted(count, 'row')}>
        {groups.data.map((each) => (
          <button
            key={nameOf(each)}
            type="button"
            className="cause"
            aria-pressed={each === group}
            onClick={() => setChosen(nameOf(each))}
          >
            <span className="row row--spread">
              <span className="strong cut" title={placeOf(each)}>
                {placeOf(each)}
              </span>
              <span className="bad strong">{grouped(each.count)}</span>
            </span>
            <span className="cause__reason">{each.reason}</span>
            <code className="small faint">SQLSTATE {each.sqlstate}</code>
          </button>
        ))}
      </Panel>
      {group === undefined ? null : <RowErrors key={nameOf(group)} run={run} group={group} />}
    </div>
  );
}
