import type { Explanation } from '../../../../shared/contract/methods/origins';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { href } from '../../router/router';
import { RunLink } from '../../components/run-link';

/** Who changed this entity and what became of it, the newest first. */
export function EntityHistory({ explanation }: { readonly explanation: Explanation }) {
  const { jobs, more } = explanation;
  if (jobs.length === 0) return <p className="soft">No change of it is in the queue.</p>;
  return (
    <section className="stack stack--tight">
      <h3>History</h3>
      <ul className="lines">
        {jobs.map(({ id, status, created_at: at, data, note, last_error: error, run }) => (
          <li key={id} style={{ paddingInline: 0, flexWrap: 'wrap' }}>
            <StatusBadge status={status} />
            <span className="grow">
              <span className="strong">{data.operation}</span> by{' '}
              {data.origin.actor ?? data.origin.session_user ?? 'somebody'}
              <span className="soft">
                {' '}
                with {data.origin.application ?? 'an unnamed application'} in {data.origin.database}
              </span>
              {error === null && note === null ? null : <div className="small soft">{error ?? note}</div>}
            </span>
            <span className="small soft row">
              {run === null ? null : <RunLink id={run} />}
              <a href={href('/queue', { job: id })}>job {id}</a>
              <When at={at} />
            </span>
          </li>
        ))}
      </ul>
      {more ? <p className="small soft">Older changes are left out.</p> : null}
    </section>
  );
}
