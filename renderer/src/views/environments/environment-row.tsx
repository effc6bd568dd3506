import { useState } from 'react';
import { ArrowDown, ArrowUp, Copy, Ellipsis, FileOutput, Lock, Pencil, PlugZap, Terminal, Trash2 } from 'lucide-react';
import type { ProfileEntry } from '../../../../shared/contract/methods/profiles';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { EnvironmentLine } from '../../components/environment-line';
import { LevelBadge } from '../../components/level-badge';
import { Menu } from '../../components/menu';
import { When } from '../../components/when';
import { go, refine, usePlace } from '../../router/router';
import { invalidate } from '../../store/resource';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { exportProfiles } from './export-profiles';
import { OpenDialog } from './open-dialog';
import { saveForTerminal } from './save-for-terminal';
import { TestDialog } from './test-dialog';

/** A saved environment: open it, or change it. */
export function EnvironmentRow({
  entry,
  open,
  ids,
  index,
}: {
  readonly entry: ProfileEntry;
  readonly open: boolean;
  readonly ids: readonly string[];
  readonly index: number;
}) {
  const { profile, secrets } = entry;
  const asked = usePlace().query['open'] === entry.profile.id && !open;
  const [asking, setAsking] = useState<'open' | 'test' | 'remove' | null>(null);
  const { id, name, level, color, read_only: readOnly, connections, tunnel } = profile;
  const missing = Object.values(secrets).filter((state) => state === 'missing').length;
  const change = (what: Promise<unknown>): void => {
    what.then(
      () => invalidate('profiles.list'),
      (error: unknown) => toastFailure(`${name} stays as it is`, error),
    );
  };
  const move = (by: number): void => {
    const order = ids.filter((each) => each !== id);
    order.splice(index + by, 0, id);
    change(call('profiles.reorder', { ids: order }));
  };
  const addresses = Object.entries(connections)
    .map(([each, { host, port }]) => `${each} ${host}:${port}`)
    .join(' · ');
  return (
    <li className={`environment environment--${level}`} data-color={color}>
      <div className="grow stack stack--tight">
        <div className="row">
          <span className="strong cut" style={{ fontSize: 'var(--text-l)' }} title={name}>
            {name}
          </span>
          <LevelBadge level={level} />
          {readOnly ? (
            <Badge tone="info" icon={<Lock size={12} aria-hidden />}>
              read-only
            </Badge>
          ) : null}
          {open ? <Badge tone="good">open</Badge> : null}
        </div>
        <div className="small soft cut" title={addresses}>
          {addresses}
          {tunnel === null ? '' : ` · through ${tunnel.host}`}
        </div>
      </div>
      <span className="small soft">
        {missing > 0 && !open ? (
          'asks for its secrets'
        ) : (
          <>
            opened <When at={profile.used_at} />
          </>
        )}
      </span>
      <Button
        look={open ? 'plain' : 'primary'}
        aria-label={open ? `Go to the overview of ${name}` : `Open ${name}`}
        onClick={() => (open ? go('/overview') : setAsking('open'))}
      >
        {open ? 'Overview' : 'Open'}
      </Button>
      <Menu
        trigger={<Button look="quiet" className="button--icon" aria-label={`More about ${name}`} />}
        items={[
          {
            text: 'Edit',
            icon: <Pencil size={14} aria-hidden />,
            onChoose: () => go(`/environments/${encodeURIComponent(id)}`),
          },
          {
            text: 'Test connection',
            icon: <PlugZap size={14} aria-hidden />,
            // That of the open one looks at its datasets too.
            onChoose: () => (open ? go('/check') : setAsking('test')),
          },
          {
            text: 'Duplicate',
            icon: <Copy size={14} aria-hidden />,
            onChoose: () => change(call('profiles.duplicate', { id })),
          },
          {
            text: 'Save as file for the terminal',
            icon: <Terminal size={14} aria-hidden />,
            onChoose: () => void saveForTerminal(id),
          },
          { text: 'Export', icon: <FileOutput size={14} aria-hidden />, onChoose: () => void exportProfiles([id]) },
          { text: 'Move up', icon: <ArrowUp size={14} aria-hidden />, disabled: index === 0, onChoose: () => move(-1) },
          {
            text: 'Move down',
            icon: <ArrowDown size={14} aria-hidden />,
            disabled: index === ids.length - 1,
            onChoose: () => move(1),
          },
          null,
          {
            text: 'Remove …',
            icon: <Trash2 size={14} aria-hidden />,
            danger: true,
            disabled: open,
            onChoose: () => setAsking('remove'),
          },
        ]}
      >
        <Ellipsis size={16} aria-hidden />
      </Menu>
      {asking === 'open' || asked ? (
        <OpenDialog
          entry={entry}
          onClose={() => {
            setAsking(null);
            if (asked) refine({});
          }}
        />
      ) : null}
      {asking === 'test' ? <TestDialog entry={entry} onClose={() => setAsking(null)} /> : null}
      <Dialog
        open={asking === 'remove'}
        onClose={() => setAsking(null)}
        title={`Remove ${name}`}
        danger
        description="The saved environment and its secrets on this computer are removed. The databases are not touched."
        actions={
          <>
            <Button onClick={() => setAsking(null)}>Do nothing</Button>
            <Button
              look="danger"
              onClick={() => {
                setAsking(null);
                change(call('profiles.remove', { id }));
              }}
            >
              Remove {name}
            </Button>
          </>
        }
      >
        <EnvironmentLine name={name} level={level} color={color} />
        <p>
          Where capture is installed in them, it stays: it goes on recording every change, and its change log grows with
          nobody to read it. To take it out, open {name} first and choose <em>Remove capture …</em> in Check.
        </p>
      </Dialog>
    </li>
  );
}
