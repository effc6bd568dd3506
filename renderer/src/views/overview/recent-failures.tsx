import type { RunStatus } from '../../../../shared/engine/documents';
import { visibleText } from '../../../../shared/visible';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { href } from '../../router/router';
import { useNow } from '../../store/clock';
import { useResource } from '../../store/resource';
import { shortId } from '../../format/id';
import { runKinds } from '../../format/run-kind';
import { counted } from '../../format/number';

const day = 86_400_000;
const failed: RunStatus[] = ['failed', 'partial', 'interrupted'];

/** What went wrong in the last 24 hours. */
export function RecentFailures() {
  const hour = useNow(3_600_000);
  const since = new Date(hour - day).toISOString();
  const filter = {
    dataset: null,
    status: failed,
    kind: [],
    mode: null,
    operator: null,
    since,
    until: null,
  };
  // What happened while another view was shown may have been told to nobody.
  const failures = useResource('runs.list', { filter, before: null, after: null, limit: 6 }, undefined, true);
  const runs = failures.data?.runs;
  return (
    <Panel
      title="Failures of the last day"
      flush
      about={failures.data?.more === true ? `the latest ${failures.data.runs.length}; there are more` : undefined}
      actions={<a href={href('/runs', { status: 'failed,partial,interrupted', since: '24h' })}>All of them</a>}
    >
      {runs === undefined ? (
        failures.failure === null ? (
          <SkeletonRows rows={3} />
        ) : failures.failure.code === 'NOT_INITIALISED' ? (
          <p className="lines__empty">This comes after Install: the history is not there yet.</p>
        ) : (
          <div className="lines__empty">
            <ErrorState title="They could not be read" failure={failures.failure} onRetry={failures.reload} />
          </div>
        )
      ) : runs.length === 0 ? (
        <p className="lines__empty">Nothing failed.</p>
      ) : (
        <div className="lines">
          {runs.map(({ id, kind, status, datasets, error, started_at: at, counts }) => (
            <a key={id} href={href(`/runs/${id}`)}>
              <StatusBadge status={status} />
              <span className="grow cut" title={error === null ? undefined : visibleText(error.message)}>
                <span className="strong">
                  {runKinds[kind]} {shortId(id)}
                </span>{' '}
                <span className="soft">
                  {(error === null ? null : visibleText(error.message)) ??
                    (counts.failed > 0
                      ? `${counted(counts.failed, 'row')} failed${datasets.length === 1 ? ` in ${datasets.join('')}` : `; ${counted(datasets.length, 'dataset')} were run`}`
                      : datasets.join(', '))}
                </span>
              </span>
              <span className="small soft">
                <When at={at} />
              </span>
            </a>
          ))}
        </div>
      )}
    </Panel>
  );
}
