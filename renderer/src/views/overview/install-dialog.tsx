import { useState } from 'react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Tick } from '../../components/tick';
import { counted } from '../../format/number';
import { useConsole } from '../../store/console-store';
import { invalidate } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';

/** Installs the capture of changes, or brings an older installation to what tables and definitions are now. */
export function InstallDialog({
  report,
  open,
  onClose,
}: {
  readonly report: StatusReport | undefined;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const environment = useConsole((state) => state.session?.environment.name);
  const [taken, setTaken] = useState(false);
  const [takeOver, setTakeOver] = useState(false);
  const usable = report?.datasets.filter(({ error }) => error === null) ?? [];
  const again = usable.every(({ installed }) => installed === true);
  const install = async (confirm: string | null): Promise<void> => {
    const { databases, warnings } = await call('environment.init', {
      // What is wrong with the definition of one does not keep the others waiting.
      datasets: usable.map(({ name }) => name),
      take_over: takeOver,
      confirm,
    }).catch((error: unknown) => {
      if (failureOf(error).code === 'CONSUMER_TAKEN') setTaken(true);
      throw error;
    });
    const changed = databases.filter(({ done }) => done.length > 0);
    toast({
      tone: warnings.length === 0 ? 'good' : 'warn',
      title:
        changed.length === 0
          ? 'All was installed as it should be'
          : `Installed in ${counted(changed.length, 'database')} of ${environment ?? 'this environment'}`,
      // Statements for an administrator may be among them: these stand in Check as well.
      detail: warnings.join('\n') || null,
      link: warnings.length === 0 ? null : { text: 'See Check', to: '/check' },
      stays: warnings.length > 0,
    });
    invalidate('environment.status');
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={again ? 'Install the capture of changes again' : 'Install the capture of changes'}
      button={`Install for ${counted(usable.length, 'dataset')}`}
      disabled={readOnly || usable.length === 0}
      onConfirm={install}
    >
      <p>
        The schema <code>astro_sync</code> and statement triggers are added to the source databases, and the queue and
        history to the system database. Applications go on writing; a failure of the capture never fails a write. It is
        removed again with <em>Remove capture …</em> in <a href="#/check">Check</a>.
      </p>
      {again ? <p>What is there already stays; what fits its table or definition no longer is made anew.</p> : null}
      {taken ? (
        <Tick label="Take over" checked={takeOver} onChange={setTakeOver}>
          <span className="strong">Take the changes over from the other queue.</span>
          <span className="soft"> It gets none any more, and needs a full run before it can go on.</span>
        </Tick>
      ) : null}
      {readOnly ? <p className="warn">This environment is read-only: nothing can be written through it.</p> : null}
    </ConfirmDialog>
  );
}
