import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import type { ProfileEntry } from '../../../../shared/contract/methods/profiles';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { TextField } from '../../components/field';
import { Skeleton } from '../../components/skeleton';
import { go, placeToCome } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';

/** Opens an environment; asks for the secrets that are not kept, for this session. */
export function OpenDialog({
  entry: { profile, secrets },
  onClose,
}: {
  readonly entry: ProfileEntry;
  readonly onClose: () => void;
}) {
  const missing = Object.entries(secrets)
    .filter(([, state]) => state === 'missing')
    .map(([name]) => name);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(missing.length === 0);
  const begun = useRef(false);

  const open = async (): Promise<void> => {
    try {
      const session = await call('session.open', { profile: profile.id, secrets: { ...typed } });
      const before = useConsole.getState().session ?? null;
      useConsole.setState({ session });
      onClose();
      // A link from outside may have named a view before there was anything to show in it.
      if (before !== null || placeToCome() === null) go('/overview');
    } catch (error) {
      setFailure(failureOf(error));
      setBusy(false);
    }
  };
  const again = (): void => {
    setBusy(true);
    setFailure(null);
    void open();
  };
  useEffect(() => {
    if (missing.length > 0 || begun.current) return;
    begun.current = true;
    void open();
  });

  return (
    <Dialog
      open
      onClose={onClose}
      title={`Open ${profile.name}`}
      {...(missing.length === 0 ? {} : { description: 'Its secrets are kept for this session only.' })}
      actions={
        <>
          <Button onClick={onClose}>Do nothing</Button>
          <Button
            look="primary"
            busy={busy}
            disabled={missing.some((name) => (typed[name] ?? '') === '')}
            onClick={again}
          >
            Open
          </Button>
        </>
      }
    >
      {missing.map((name) => (
        <TextField
          key={name}
          type="password"
          label={
            name === 'tunnel'
              ? 'Passphrase of the tunnel’s key'
              : `Password of ${profile.connections[name]?.user ?? ''} on ${name}`
          }
          value={typed[name] ?? ''}
          onChange={(value) => setTyped({ ...typed, [name]: value })}
        />
      ))}
      {busy && missing.length === 0 ? <Skeleton width={220} /> : null}
      {failure === null ? null : <ErrorState title="It could not be opened" failure={failure} />}
    </Dialog>
  );
}
