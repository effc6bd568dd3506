import { useState } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { Tick } from '../../components/tick';
import { counted } from '../../format/number';
import { invalidate } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';

/** Takes over environments from a file of another computer. */
export function ImportDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [trust, setTrust] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const close = (): void => {
    setText('');
    setTrust(false);
    setFailure(null);
    onClose();
  };
  const take = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const { added, renamed, asked } = await call('profiles.import', { text, trust });
      const said = [
        ...(renamed.length === 0 ? [] : [`Their name was taken, so they got another: ${renamed.join(', ')}.`]),
        ...asked.map(
          ({ environment, database, host, from }) =>
            `${environment}: the password of ${database} on ${host} is asked for; the file took it from ${from}.`,
        ),
      ];
      toast({
        tone: asked.length === 0 ? 'good' : 'warn',
        title: `${counted(added.length, 'environment')} added`,
        detail: said.length === 0 ? null : said.join(' '),
        apart: true,
      });
      invalidate('profiles.list');
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
      size="l"
      title="Import environments"
      description="A file that Export has written: choose it, or paste its text. It holds no secrets."
      actions={
        <>
          <Button onClick={close}>Do nothing</Button>
          <Button look="primary" busy={busy} disabled={text.trim() === ''} onClick={() => void take()}>
            Import
          </Button>
        </>
      }
    >
      <input
        type="file"
        accept=".json,application/json"
        aria-label="File of environments"
        onChange={(event) => {
          void event.target.files?.[0]?.text().then(setText);
        }}
      />
      <textarea
        className="import-text"
        aria-label="Text of the file"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Tick label="Trust its references" checked={trust} onChange={setTrust}>
        Passwords that it takes from files or variables of this computer may be sent to the hosts that it names. Without
        this they are asked for.
      </Tick>
      {failure === null ? null : <ErrorState title="It could not be imported" failure={failure} />}
    </Dialog>
  );
}
