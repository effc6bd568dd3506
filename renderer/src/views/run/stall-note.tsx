import { Hourglass } from 'lucide-react';
import { Panel } from '../../components/page';
import { When } from '../../components/when';
import { href } from '../../router/router';

/** A run that does not move, and what it may wait for. */
export function StallNote({
  since,
  active,
  id,
}: {
  readonly since: string | null;
  readonly active: boolean;
  readonly id: string;
}) {
  if (since === null || !active) return null;
  return (
    <Panel tone="warn">
      <div className="row">
        <Hourglass size={18} className="warn" aria-hidden />
        <p>
          <span className="strong">
            No progress since <When at={since} />.
          </span>{' '}
          It may wait for a lock or a slow disk; the <a href={href(`/runs/${id}`, { tab: 'log' })}>log</a> tells its
          last step. Cancelling takes effect within a batch.
        </p>
      </div>
    </Panel>
  );
}
