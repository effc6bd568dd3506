import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import type { ProfileEntry } from '../../../../shared/contract/methods/profiles';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { Skeleton } from '../../components/skeleton';
import { go, placeToCome } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';
import { useAskedSecrets } from './use-asked-secrets';

/** Opens an environment; asks for the secrets that are not kept, for this session. */
export function OpenDialog({ entry, onClose }: { readonly entry: ProfileEntry; readonly onClose: () => void }) {
  const { profile } = entry;
  const asked = useAskedSecrets(entry);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(!asked.any);
  const begun = useRef(false);

  const open = async (): Promise<void> => {
    // Before it is asked for: the host tells of what is open sooner than it answers.
    const before = useConsole.getState().session ?? null;
    try {
      const session = await call('session.open', { profile: profile.id, secrets: { ...asked.given } });
      useConsole.setState({ session });
      onClose();
      // A link from outside may have named a view before there was anything to show in it.
      if (before !== null || placeToCome() === null) go('/overview');
    } catch (error) {
      const reason = failureOf(error);
      asked.askFor(reason);
      setFailure(reason);
      setBusy(false);
    }
  };
  const again = (): void => {
    setBusy(true);
    setFailure(null);
    void open();
  };
  useEffect(() => {
    if (asked.any || begun.current) return;
    begun.current = true;
    void open();
  });

  return (
    <Dialog
      open
      onClose={onClose}
      title={`Open ${profile.name}`}
      {...(asked.any
        ? {
            description:
              'What you type in is kept until the console ends, once it has let you in; for longer, save it in the form.',
          }
        : {})}
      actions={
        <>
          <Button onClick={onClose}>Do nothing</Button>
          <Button look="primary" busy={busy} disabled={!asked.ready} onClick={again}>
            Open
          </Button>
        </>
      }
    >
      {asked.fields}
      {busy && !asked.any ? <Skeleton width={220} /> : null}
      {failure === null ? null : <ErrorState title="It could not be opened" failure={failure} />}
    </Dialog>
  );
}
