import { useState } from 'react';
import { FlaskConical } from 'lucide-react';
import { Button } from '../../components/button';
import { Panel } from '../../components/page';
import { counted } from '../../format/number';
import { useConsole } from '../../store/console-store';
import { invalidate } from '../../store/resource';
import { toast, toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** In the sandbox: lets its applications write, so that there is something to sync. */
export function SandboxPanel() {
  const sandbox = useConsole((state) => state.session?.environment.sandbox ?? false);
  const [busy, setBusy] = useState(false);
  if (!sandbox) return null;
  const write = async (): Promise<void> => {
    setBusy(true);
    try {
      const { changes } = await call('sandbox.burst', {});
      toast({
        tone: 'good',
        title: `The applications made ${counted(changes, 'change')}`,
        detail: 'They wait to be synced.',
      });
      invalidate('environment.status', 'origins.summary');
    } catch (error) {
      toastFailure('The applications could not write', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel>
      <div className="row">
        <FlaskConical size={18} className="soft" aria-hidden />
        <p className="grow">
          <span className="strong">This is the sandbox.</span>{' '}
          <span className="soft">
            Real servers with AstroBookings’ data; three applications write to them when you let them.
          </span>
        </p>
        <Button busy={busy} onClick={() => void write()}>
          Let the applications write
        </Button>
      </div>
    </Panel>
  );
}
