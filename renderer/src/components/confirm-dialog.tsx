import { useState } from 'react';
import type { ReactNode } from 'react';
import { useConsole } from '../store/console-store';
import { failureOf } from '../wire/call-error';
import type { Failure } from '../../../shared/contract/failure';
import { Button } from './button';
import { Dialog } from './dialog';
import { EnvironmentLine } from './environment-line';
import { ErrorState } from './error-state';
import { TextField } from './field';

/**
 * Asks before something that has consequences. `button` says the consequence in numbers. In production the environment's name has
 * to be typed; the engine checks it again. Stays open, with the reason, where it did not work.
 */
export function ConfirmDialog({
  open,
  onClose,
  title,
  button,
  danger = false,
  disabled = false,
  children,
  onConfirm,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly button: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly children?: ReactNode;
  /** @param confirm the name that was typed, null where none was asked for */
  readonly onConfirm: (confirm: string | null) => Promise<void>;
}) {
  const environment = useConsole((state) => state.session?.environment);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const production = environment?.level === 'production';
  const ended = useConsole((state) => state.connection === 'ended');
  const matches = !production || typed === environment.name;

  const close = (): void => {
    setTyped('');
    setFailure(null);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    if (!matches || disabled || ended || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm(production ? typed : null);
      close();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      danger={danger || production}
      actions={
        <>
          <Button onClick={close}>Do nothing</Button>
          <Button
            look={danger || production ? 'danger' : 'primary'}
            busy={busy}
            disabled={!matches || disabled || ended}
            onClick={() => void confirm()}
          >
            {production ? `${button} in production` : button}
          </Button>
        </>
      }
    >
      {environment === undefined ? null : <EnvironmentLine {...environment} />}
      {children}
      {production ? (
        <TextField
          label={`Type ${environment.name} to confirm`}
          value={typed}
          onChange={setTyped}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void confirm();
          }}
        />
      ) : null}
      {failure === null ? null : <ErrorState title="That did not work" failure={failure} />}
    </Dialog>
  );
}
