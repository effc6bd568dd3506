import type { Origin } from '../../../../shared/engine/documents';
import { When } from '../../components/when';
import { href } from '../../router/router';
import { RunLink } from '../../components/run-link';

/** Who made a change. What the application claims stands beside what the database knows. */
export function JobOrigin({ origin }: { readonly origin: Origin }) {
  const { database, application, actor, session_user: role, client, transaction, at, run } = origin;
  const unknown = <span className="faint">not told</span>;
  return (
    <section className="stack stack--tight">
      <h3>Who changed it</h3>
      <dl className="facts">
        <dt>Actor</dt>
        <dd>{actor === null ? unknown : <a href={href('/queue', { actor })}>{actor}</a>}</dd>
        <dt>Application</dt>
        <dd>{application === null ? unknown : <a href={href('/queue', { application })}>{application}</a>}</dd>
        <dt>Database role</dt>
        <dd>{role ?? unknown}</dd>
        <dt>Database</dt>
        <dd>{database}</dd>
        <dt>Client address</dt>
        <dd>{client ?? unknown}</dd>
        <dt>Transaction</dt>
        <dd>{transaction ?? unknown}</dd>
        <dt>Time</dt>
        <dd>
          <When at={at} />
        </dd>
        {run === null ? null : (
          <>
            <dt>Sync run</dt>
            <dd>
              <RunLink id={run} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
