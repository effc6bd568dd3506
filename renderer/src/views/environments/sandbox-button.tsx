import { useState } from 'react';
import { FlaskConical } from 'lucide-react';
import { Button } from '../../components/button';
import { go } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** Starts servers with AstroBookings' data and opens them; takes some seconds. */
export function SandboxButton({ primary = false }: { readonly primary?: boolean }) {
  const sandbox = useConsole((state) => state.info?.sandbox);
  const open = useConsole((state) => state.session?.environment.sandbox ?? false);
  const [busy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    setBusy(true);
    try {
      const session = await call('sandbox.open', {});
      useConsole.setState({ session });
      go('/overview');
    } catch (error) {
      toastFailure('The sandbox did not start', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      look={primary ? 'primary' : 'plain'}
      icon={<FlaskConical size={15} aria-hidden />}
      busy={busy}
      disabled={open || sandbox?.available === false}
      title={sandbox?.reason ?? undefined}
      onClick={() => void start()}
    >
      {busy ? 'Starting its servers …' : open ? 'The sandbox is open' : 'Open the sandbox'}
    </Button>
  );
}
