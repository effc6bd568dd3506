import { Clock, Ellipsis, Eye, ListChecks, ListOrdered, PackagePlus, RefreshCw } from 'lucide-react';
import { Button } from '../../components/button';
import { Menu } from '../../components/menu';
import { go, href } from '../../router/router';
import { preview, verify } from '../../store/actions';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { installFirst } from './dataset-state';
import type { DatasetState } from './dataset-state';

/** What can be done about a dataset: the next thing as a button, the rest in a menu. */
export function DatasetActions({
  dataset,
  state,
  readOnly,
  beforeInstall,
  onSync,
  onAcknowledge,
}: {
  readonly dataset: DatasetStatus;
  readonly state: DatasetState;
  readonly readOnly: boolean;
  /** nothing is installed, so that nothing can keep a record of a run */
  readonly beforeInstall: boolean;
  readonly onSync: () => void;
  readonly onAcknowledge: () => void;
}) {
  const { name } = dataset;
  return (
    <div className="row" style={{ justifyContent: 'flex-end' }}>
      <NextButton state={state} dataset={dataset} readOnly={readOnly} onSync={onSync} onAcknowledge={onAcknowledge} />
      <Menu
        trigger={<Button look="quiet" small className="button--icon" aria-label={`More about ${name}`} />}
        items={[
          {
            text: 'Sync',
            note: beforeInstall ? installFirst : 'what changed; by a preview where more is to be done',
            icon: <RefreshCw size={14} aria-hidden />,
            disabled: readOnly || beforeInstall,
            onChoose: onSync,
          },
          {
            text: 'Preview',
            icon: <Eye size={14} aria-hidden />,
            disabled: beforeInstall,
            onChoose: () => void preview([name]),
          },
          {
            text: 'Full run …',
            note: 'compares all rows, shows what would change, and applies it from there',
            icon: <Eye size={14} aria-hidden />,
            disabled: beforeInstall,
            onChoose: () => void preview([name], 'full'),
          },
          {
            text: 'Verify',
            note: 'compares all rows, writes nothing',
            icon: <ListChecks size={14} aria-hidden />,
            disabled: beforeInstall,
            onChoose: () => void verify([name]),
          },
          {
            text: beforeInstall ? 'Install …' : 'Install again …',
            note: beforeInstall ? 'captures changes from then on' : 'after a table or a definition changed',
            icon: <PackagePlus size={14} aria-hidden />,
            disabled: readOnly,
            onChoose: () => go('/overview', { install: '1' }),
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
  dataset: { name, last_run: last },
  readOnly,
  onSync,
  onAcknowledge,
}: {
  readonly state: DatasetState;
  readonly dataset: DatasetStatus;
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
    case 'full':
      return (
        <Button small aria-label={`Full run of ${name}`} onClick={() => void preview([name], 'full')}>
          Full run …
        </Button>
      );
    case 'compare':
      return (
        <Button small aria-label={`Compare all of ${name}`} onClick={() => void preview([name], 'full')}>
          Compare all
        </Button>
      );
    case 'failed':
      return (
        <a
          className="button button--small"
          aria-label={`Look at the failed rows of ${name}`}
          href={href('/queue', { dataset: name, status: 'failed' })}
        >
          Look
        </a>
      );
    case 'run':
      return (
        <a
          className="button button--small"
          aria-label={`Look at the last run of ${name}`}
          href={href(`/runs/${last?.id ?? ''}`)}
        >
          Look
        </a>
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
