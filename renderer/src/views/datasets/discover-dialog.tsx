import { useState } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { Field, TextField } from '../../components/field';
import { Select } from '../../components/select';
import { useConsole } from '../../store/console-store';
import { invalidate } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';
import './datasets.css';

/** Proposes definitions from what two databases have in common, and adds them as a new file. */
export function DiscoverDialog({ onClose }: { readonly onClose: () => void }) {
  const names = useConsole((state) => state.session?.databases ?? [])
    .filter(({ engine }) => engine === 'postgres')
    .map(({ name }) => name);
  const [source, setSource] = useState(names[0] ?? '');
  const [target, setTarget] = useState(names[1] ?? names[0] ?? '');
  const [text, setText] = useState<string | null>(null);
  const [file, setFile] = useState('discovered.yaml');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const perform = async (action: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await action();
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  const discover = () =>
    perform(async () => setText((await call('datasets.discover', { source, target, schema: null })).text));
  const add = () =>
    perform(async () => {
      const added = await call('datasets.add', { file, text: text ?? '' });
      toast({ tone: 'good', title: 'Definitions added', detail: added.file });
      invalidate('datasets.list');
      onClose();
    });
  const choices = names.map((name) => ({ value: name, text: name }));
  return (
    <Dialog
      open
      onClose={onClose}
      size="xl"
      title="Discover datasets"
      description="Tables that both databases have, with the same key, become proposals. Look through them before you add them."
      actions={
        <>
          <Button onClick={onClose}>Do nothing</Button>
          {text === null ? (
            <Button look="primary" busy={busy} disabled={source === target} onClick={() => void discover()}>
              Compare the catalogs
            </Button>
          ) : (
            <Button look="primary" busy={busy} onClick={() => void add()}>
              Add {file}
            </Button>
          )}
        </>
      }
    >
      <div className="fields">
        <Field label="From">
          {(ids) => <Select {...ids} label="From" value={source} choices={choices} onChange={setSource} />}
        </Field>
        <Field label="To">
          {(ids) => <Select {...ids} label="To" value={target} choices={choices} onChange={setTarget} />}
        </Field>
        {text === null ? null : <TextField label="New file" value={file} onChange={setFile} />}
      </div>
      {text === null ? null : (
        <>
          <p>
            <span className="strong">Rows that are in {target} only are deleted there</span> by the first run, a few of
            them at once, more once you approve it: so it is unless a definition says <code>on_delete: keep</code>.
            Write that below the <code>target</code> of each dataset whose rows are to stay.
          </p>
          <div className="row row--spread">
            <h3>Proposed definitions</h3>
            <CopyButton text={text}>Copy</CopyButton>
          </div>
          <pre className="definition definition--framed" tabIndex={0}>
            {text}
          </pre>
        </>
      )}
      {failure === null ? null : <ErrorState title="That did not work" failure={failure} />}
    </Dialog>
  );
}
