import type { Cause, Origin } from '../../../../shared/engine/documents';
import { visibleName } from '../../../../shared/visible';
import { RunLink } from '../../components/run-link';
import { href } from '../../router/router';

/** Who made a change, with what, and where. */
export function OriginText({ origin }: { readonly origin: Origin }) {
  return (
    <>
      {visibleName(origin.actor ?? origin.session_user ?? 'somebody')}
      <span className="soft">
        {' '}
        with {visibleName(origin.application ?? 'an unnamed application')} in {origin.database}
      </span>
    </>
  );
}

/** Through which runs of the sync a change came, and whose change they had carried, where that is certain. */
export function CauseText({ cause: { runs, change } }: { readonly cause: Cause }) {
  return (
    <>
      brought by{' '}
      {runs.map((run, index) => (
        <span key={run}>
          {index === 0 ? '' : ', before that by '}
          <RunLink id={run} />
        </span>
      ))}
      {change === null ? (
        <span className="soft">; which change it had carried cannot be told</span>
      ) : (
        <>
          , which carried the change of <OriginText origin={change.origin} /> (
          <a href={href('/queue', { job: change.job })}>
            job {change.job} of {change.dataset}
          </a>
          )
        </>
      )}
    </>
  );
}
