import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorState } from '../../components/error-state';
import { SkeletonRows } from '../../components/skeleton';
import { Tick } from '../../components/tick';
import { counted } from '../../format/number';
import { useConsole } from '../../store/console-store';
import { invalidate, useResource } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';

/** Removes capture and the records of the sync from all databases of the environment, once it is seen what that takes along. */
export function UninstallDialog({ onClose }: { readonly onClose: () => void }) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const environment = useConsole((state) => state.session?.environment.name);
  const { data, failure, reload } = useResource('environment.uninstallPreview', {}, undefined, true);
  const [discard, setDiscard] = useState(false);
  const databases = data?.databases.filter(({ removes, entries }) => removes.length + entries > 0) ?? [];
  const sum = (of: (database: (typeof databases)[number]) => number): number =>
    databases.reduce((total, each) => total + of(each), 0);
  const changes = sum((each) => each.changes);
  const jobs = sum((each) => each.jobs);
  const entries = sum((each) => each.entries);
  const open = [
    changes === 0 ? null : counted(changes, 'captured change'),
    jobs === 0 ? null : counted(jobs, 'waiting job'),
  ].filter((text) => text !== null);
  const remove = async (confirm: string | null): Promise<void> => {
    // What came since it was looked at keeps it from being removed, and is shown then.
    const report = await call('environment.uninstall', { discard, confirm }).catch((error: unknown) => {
      invalidate('environment.uninstallPreview');
      throw error;
    });
    const done = report.databases.filter((each) => each.done.length > 0).length;
    const detail = report.warnings.join('\n') || null;
    const from = `${counted(done, 'database')} of ${environment ?? 'this environment'}`;
    toast({ tone: 'good', title: `Capture is removed from ${from}`, detail, stays: detail !== null });
    for (const name of ['environment.status', 'environment.check'] as const) invalidate(name);
  };
  return (
    <ConfirmDialog
      open
      danger
      onClose={onClose}
      title="Remove capture"
      button={`Remove from ${counted(databases.length, 'database')}${discard && open.length > 0 ? `, lose ${open.join(' and ')}` : ''}`}
      disabled={readOnly || databases.length === 0 || (open.length > 0 && !discard)}
      onConfirm={remove}
    >
      {failure !== null ? (
        <ErrorState title="What is installed could not be read" failure={failure} onRetry={reload} />
      ) : data === undefined ? (
        <SkeletonRows rows={3} />
      ) : databases.length === 0 ? (
        <p>Nothing of the sync is installed in these databases.</p>
      ) : (
        <ul className="uninstall">
          {databases.map(({ name, label, removes }) => (
            <li key={name} title={label}>
              <span className="strong">{name}</span> <span className="soft">{removes.join(', ')}</span>
            </li>
          ))}
        </ul>
      )}
      <p>
        Your tables and cards stay as they are, and the queue and history in the system database. No change is captured
        from then on; after a new installation each dataset needs a full run.
      </p>
      {open.length + entries === 0 ? null : (
        <Tick label="Discard what is not settled" checked={discard} onChange={setDiscard}>
          <span className="strong">
            Discard what is not settled{open.length === 0 ? '' : `: ${open.join(' and ')}`}.
          </span>
          <span className="soft">
            {' '}
            {open.length === 0 ? '' : 'Nothing is removed without this; sync first to keep them. '}
            {entries === 0 ? '' : `The change stream with ${counted(entries, 'entry', 'entries')} goes with it.`}
          </span>
        </Tick>
      )}
      {readOnly ? <p className="warn">This environment is read-only: nothing can be written through it.</p> : null}
    </ConfirmDialog>
  );
}
