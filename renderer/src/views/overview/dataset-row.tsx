import {
  ArrowRight,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  Clock,
  Ellipsis,
  Eye,
  ListChecks,
  ListOrdered,
  LoaderCircle,
  RefreshCw,
  TriangleAlert,
} from 'lucide-react';
import type { DatasetStatus } from '../../../../shared/engine/reports';
import { Badge } from '../../components/badge';
import type { Tone } from '../../components/badge';
import { Button } from '../../components/button';
import { Count } from '../../components/count';
import { Menu } from '../../components/menu';
import { StatusBadge } from '../../components/status-badge';
import { Tick } from '../../components/tick';
import { When } from '../../components/when';
import { grouped } from '../../format/number';
import { go, href } from '../../router/router';
import { preview, verify } from '../../store/actions';
import { waiting } from './dataset-state';
import type { DatasetState } from './dataset-state';

const icons: Readonly<Record<Tone, typeof CircleCheck>> = {
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
  info: Clock,
  idle: CircleDashed,
};

export function DatasetRow({
  dataset,
  state,
  chosen,
  readOnly,
  onChoose,
  onSync,
}: {
  readonly dataset: DatasetStatus;
  readonly state: DatasetState;
  readonly chosen: boolean;
  readonly readOnly: boolean;
  readonly onChoose: (on: boolean) => void;
  readonly onSync: () => void;
}) {
  const { name, source, target, last_run: last, oldest_pending_at: oldest, differences } = dataset;
  const Icon = icons[state.tone];
  const icon =
    state.next === 'wait' ? (
      <LoaderCircle size={13} className="badge__turning" aria-hidden />
    ) : (
      <Icon size={13} aria-hidden />
    );
  const waits = waiting(dataset);
  return (
    <tr>
      <td>
        <Tick label={`Select ${name}`} checked={chosen} onChange={onChoose} />
      </td>
      <td>
        <div className="strong cut">
          <a href={href(`/datasets/${encodeURIComponent(name)}`)} title={name}>
            {name}
          </a>
        </div>
        <div className="way" title={`${source} → ${target}`}>
          <span className="cut">{source}</span>
          <ArrowRight size={12} aria-label="to" />
          <span className="cut">{target}</span>
        </div>
      </td>
      <td>
        <Badge tone={state.tone} icon={icon} title={state.detail ?? undefined}>
          {state.text}
        </Badge>
        {state.detail === null ? null : (
          <div className="small soft cut" title={state.detail}>
            {state.detail}
          </div>
        )}
      </td>
      <td className="number">
        {waits === null || dataset.backlog === null || dataset.backlog === 0 ? (
          <span title={(waits ?? 0) > 0 ? 'captured, not yet in the queue' : undefined}>
            <Count value={waits} />
          </span>
        ) : (
          <a href={href('/queue', { dataset: name, status: 'pending' })}>{grouped(waits)}</a>
        )}
        {oldest === null ? null : (
          <div className="small soft">
            <When at={oldest} />
          </div>
        )}
      </td>
      <td>
        {last === null ? (
          <span className="faint">never</span>
        ) : (
          <>
            <a className="row" href={href(`/runs/${last.id}`)}>
              <StatusBadge status={last.status} />
              <span className="small soft">
                <When at={last.ended_at} none="under way" />
              </span>
            </a>
          </>
        )}
      </td>
      <td className="small">
        <When at={dataset.last_verified_at} />
        {differences === null || dataset.last_verified_at === null ? null : (
          <div className={differences > 0 ? 'warn' : 'soft'}>
            {differences === 0 ? 'no difference' : `${grouped(differences)} differ`}
          </div>
        )}
      </td>
      <td className="actions">
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <NextButton state={state} name={name} readOnly={readOnly} onSync={onSync} />
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
      </td>
    </tr>
  );
}

function NextButton({
  state,
  name,
  readOnly,
  onSync,
}: {
  readonly state: DatasetState;
  readonly name: string;
  readonly readOnly: boolean;
  readonly onSync: () => void;
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
    case 'install':
    case 'wait':
      return null;
  }
}
