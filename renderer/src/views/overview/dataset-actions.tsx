import { Clock, Ellipsis, Eye, ListChecks, ListOrdered, RefreshCw } from 'lucide-react';
import { Button } from '../../components/button';
import { Menu } from '../../components/menu';
import { go } from '../../router/router';
import { preview, verify } from '../../store/actions';
import type { DatasetState } from './dataset-state';

/** What can be done about a dataset: the next thing as a button, the rest in a menu. */
export function DatasetActions({
  name,
  state,
  readOnly,
  onSync,
  onAcknowledge,
}: {
  readonly name: string;
  readonly state: DatasetState;
  readonly readOnly: boolean;
  readonly onSync: () => void;
  readonly onAcknowledge: () => void;
}) {
  return (
    <div className="row" style={{ justifyContent: 'flex-end' }}>
      <NextButton state={state} name={name} readOnly={readOnly} onSync={onSync} onAcknowledge={onAcknowledge} />
      <Menu
        trigger={<Button look="quiet" small className="button--icon" aria-label={`More about ${name}`} />}
        items={[
          {
            text: 'Sync',
            note: 'what changed, or all where it must',
            icon: <RefreshCw size={14} aria-hidden />,
            disabled: readOnly,
            onChoose: onSync,
          },
          { text: 'Preview', icon: <Eye size={14} aria-hidden />, onChoose: () => void preview([name]) },
          {
            text: 'Preview a full comparison',
            icon: <Eye size={14} aria-hidden />,
            onChoose: () => void preview([name], 'full'),
          },
          {
            text: 'Verify',
            note: 'compares all rows, writes nothing',
            icon: <ListChecks size={14} aria-hidden />,
            onChoose: () => void verify([name]),
          },
          null,
          {
            text: 'Its jobs in the queue',
            icon: <ListOrdered size={14} aria-hidden />,
            onChoose: () => go('/queue', { dataset: name }),
          },
          {
            text: 'Its runs',
            icon: <Clock size={14} aria-hidden />,
            onChoose: () => go('/runs', { dataset: name }),
          },
        ]}
      >
        <Ellipsis size={15} aria-hidden />
      </Menu>
    </div>
  );
}

function NextButton({
  state,
  name,
  readOnly,
  onSync,
  onAcknowledge,
}: {
  readonly state: DatasetState;
  readonly name: string;
  readonly readOnly: boolean;
  readonly onSync: () => void;
  readonly onAcknowledge: () => void;
}) {
  switch (state.next) {
    case 'sync':
      return (
        <Button small disabled={readOnly} aria-label={`Sync ${name}`} onClick={onSync}>
          Sync
        </Button>
      );
    case 'preview':
      return (
        <Button small aria-label={`Preview ${name}`} onClick={() => void preview([name])}>
          Preview
        </Button>
      );
    case 'look':
      return (
        <Button small aria-label={`Look at ${name}`} onClick={() => go(`/datasets/${encodeURIComponent(name)}`)}>
          Look
        </Button>
      );
    case 'acknowledge':
      return (
        <Button small disabled={readOnly} aria-label={`Take note of the gap of ${name}`} onClick={onAcknowledge}>
          Take note …
        </Button>
      );
    case 'install':
    case 'wait':
      return null;
  }
}
