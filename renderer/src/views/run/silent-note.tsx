import { Unplug } from 'lucide-react';
import { Panel } from '../../components/page';
import { When } from '../../components/when';

/** A run that has not ended and whose program says nothing any more, where this may not be written down. */
export function SilentNote({ since }: { readonly since: string }) {
  return (
    <Panel tone="warn">
      <div className="row">
        <Unplug size={18} className="warn" aria-hidden />
        <p>
          <span className="strong">
            No sign of life since <When at={since} />, probably interrupted.
          </span>{' '}
          Its program is gone, or lost SystemDB. Nothing is written through a read-only environment; any other one marks
          the run as interrupted when it looks at it. What was done stays done, the rest is still pending.
        </p>
      </div>
    </Panel>
  );
}
