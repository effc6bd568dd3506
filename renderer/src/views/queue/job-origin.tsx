import type { Cause, Origin } from '../../../../shared/engine/documents';
import { visibleName } from '../../../../shared/visible';
import { When } from '../../components/when';
import { href } from '../../router/router';
import { CauseText } from './cause-text';

/** Who made a change. What the application claims stands beside what the database knows; what the sync wrote has a change behind it. */
export function JobOrigin({ origin, cause }: { readonly origin: Origin; readonly cause: Cause | null }) {
  const { database, application, actor, session_user: role, client, transaction, at } = origin;
  const unknown = <span className="faint">not told</span>;
  return (
    <section className="stack stack--tight">
      <h3>Who changed it</h3>
      <dl className="facts">
        <dt>Actor</dt>
        <dd>{actor === null ? unknown : <a href={href('/queue', { actor })}>{visibleName(actor)}</a>}</dd>
        <dt>Application</dt>
        <dd>
          {application === null ? unknown : <a href={href('/queue', { application })}>{visibleName(application)}</a>}
        </dd>
        <dt>Database role</dt>
        <dd>{role === null ? unknown : visibleName(role)}</dd>
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
      </dl>
      {cause === null ? null : (
        <p style={{ overflowWrap: 'anywhere' }}>
          The sync itself wrote it: <CauseText cause={cause} />.
        </p>
      )}
    </section>
  );
}
