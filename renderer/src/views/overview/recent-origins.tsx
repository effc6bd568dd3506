import type { OriginLine } from '../../../../shared/contract/methods/origins';
import { visibleName } from '../../../../shared/visible';
import { ErrorState } from '../../components/error-state';
import { Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { When } from '../../components/when';
import { grouped } from '../../format/number';
import { useNow } from '../../store/clock';
import { useResource } from '../../store/resource';
import { jobsOf } from '../origins/jobs-of';
import type { Counted } from '../origins/jobs-of';
import { theSync } from '../origins/by-sync';

const listed = 6;

function Who({ line: { actor, session_user: role, application, dataset, database } }: { readonly line: OriginLine }) {
  const who = visibleName(actor ?? role ?? 'somebody');
  const where = `with ${visibleName(application ?? 'an unnamed application')} in ${dataset}, ${database}`;
  return (
    <span className="grow cut" title={`${who} ${where}`}>
      <span className="strong">{who}</span> <span className="soft">{where}</span>
    </span>
  );
}

const comesLater = 'This comes after Install: the queue is not there yet.';

/** Who changed something in the last hour. @param beforeInstall nothing is captured yet */
export function RecentOrigins({ beforeInstall }: { readonly beforeInstall: boolean }) {
  const minute = useNow(60_000);
  const span: Counted = {
    since: new Date(minute - 3_600_000).toISOString(),
    until: new Date(minute + 60_000).toISOString(),
    by: 'others',
  };
  const origins = useResource('origins.summary', { ...span, buckets: 12, dataset: null });
  const lines = origins.data?.lines;
  const bySync = origins.data?.by_sync ?? 0;
  return (
    <Panel
      title="Who changed what"
      flush
      about={
        lines === undefined || lines.length <= listed
          ? 'in the last hour'
          : `in the last hour, the busiest ${listed} of ${grouped(lines.length)}${origins.data?.truncated === true ? ' or more' : ''}`
      }
      actions={<a href="#/origins">All of them</a>}
    >
      {lines === undefined ? (
        origins.failure === null ? (
          <SkeletonRows rows={3} />
        ) : origins.failure.code === 'NOT_INITIALISED' ? (
          <p className="lines__empty">{comesLater}</p>
        ) : (
          <div className="lines__empty">
            <ErrorState title="It could not be read" failure={origins.failure} onRetry={origins.reload} />
          </div>
        )
      ) : lines.length === 0 && bySync === 0 ? (
        <p className="lines__empty">
          {beforeInstall
            ? comesLater
            : 'No change is in the queue. What was captured comes into it with the next preview, run or verification.'}
        </p>
      ) : (
        <div className="lines">
          {lines.slice(0, listed).map((line) => (
            <a
              key={JSON.stringify([line.application, line.actor, line.session_user, line.database, line.dataset])}
              href={jobsOf(line, origins.data ?? span)}
            >
              <Who line={line} />
              <span className="number">{grouped(line.changes)}</span>
              <span className="small soft">
                <When at={line.last_at} />
              </span>
            </a>
          ))}
          {bySync === 0 ? null : (
            <a href={jobsOf({}, { ...(origins.data ?? span), by: 'sync' })}>
              <span className="grow cut soft">
                <span className="strong">{theSync}</span> brought over
              </span>
              <span className="number">{grouped(bySync)}</span>
              <span className="small soft">by runs</span>
            </a>
          )}
        </div>
      )}
    </Panel>
  );
}
