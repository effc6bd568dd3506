import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { When } from '../../components/when';
import { grouped } from '../../format/number';
import { href } from '../../router/router';
import { useNow } from '../../store/clock';
import { useResource } from '../../store/resource';
import { told } from '../queue/queue-source';

/** Who changed something in the last hour. */
export function RecentOrigins() {
  const minute = useNow(60_000);
  const origins = useResource('origins.summary', {
    since: new Date(minute - 3_600_000).toISOString(),
    until: new Date(minute + 60_000).toISOString(),
    buckets: 12,
    dataset: null,
  });
  const lines = origins.data?.lines;
  return (
    <Panel title="Who changed what in the last hour" flush actions={<a href="#/origins">Origins</a>}>
      {lines === undefined ? (
        origins.failure === null ? (
          <SkeletonRows rows={3} />
        ) : (
          <div className="lines__empty">
            <ErrorState title="It could not be read" failure={origins.failure} onRetry={origins.reload} />
          </div>
        )
      ) : lines.length === 0 ? (
        <p className="lines__empty">
          No change is in the queue. What was captured comes into it with the next preview, run or verification.
        </p>
      ) : (
        <div className="lines">
          {lines.slice(0, 6).map(({ application, actor, session_user: role, dataset, changes, last_at: at }) => (
            <a
              key={`${application ?? ''} ${actor ?? ''} ${role ?? ''} ${dataset}`}
              href={href('/queue', { dataset, application: told(application), actor: told(actor), since: '1h' })}
            >
              <span className="grow cut">
                <span className="strong">{actor ?? role ?? 'somebody'}</span>{' '}
                <span className="soft">
                  with {application ?? 'an unnamed application'} in {dataset}
                </span>
              </span>
              <span className="number">{grouped(changes)}</span>
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
