import { useState } from 'react';
import { Ban, Download, Ellipsis, ListOrdered, RotateCcw, Terminal } from 'lucide-react';
import type { InputOf } from '../../../../shared/contract/contract';
import type { RunSummary } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { copyText } from '../../components/copy-text';
import { Menu } from '../../components/menu';
import { counted } from '../../format/number';
import { go, refine, usePlace } from '../../router/router';
import { exportRows, preview } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { invalidate, useResource } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';
import { datasetState } from '../overview/dataset-state';
import { terminalCommand } from './terminal-command';
import { CancelDialog } from './cancel-dialog';

const failedOf = (run: string): InputOf<'queue.count'>['filter'] => ({
  dataset: null,
  status: ['failed'],
  entity: null,
  database: null,
  application: null,
  actor: null,
  role: null,
  changes_only: false,
  run,
  since: null,
  until: null,
});

/** What can be done about a run. */
export function RunActions({
  run,
  active,
  errors,
}: {
  readonly run: RunSummary;
  readonly active: boolean;
  readonly errors: number;
}) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const [asking, setAsking] = useState<'cancel' | 'retry' | null>(null);
  const asksCancel = usePlace().query['cancel'] !== undefined && active && !(readOnly && run.kind === 'run');
  const { id, counts, kind } = run;
  // Of what failed then, only what is still failed can be tried again.
  const ever = active ? 0 : Math.max(counts.failed, errors);
  const still = useResource('queue.count', ever === 0 ? null : { filter: failedOf(id) }, 5000);
  const failed = Math.min(ever, still.data?.count ?? 0);
  const status = useResource('environment.status', failed === 0 ? null : {});
  const needFullRun = (status.data?.datasets ?? [])
    .filter(({ name, failed: left }) => run.datasets.includes(name) && (left ?? 0) > 0)
    .filter((dataset) => datasetState(dataset, false).next === 'full')
    .map(({ name }) => name);
  const command = terminalCommand(run);
  const retry = async (confirm: string | null): Promise<void> => {
    const task = await call('runs.retryFailed', { run: id, confirm });
    invalidate('queue.count');
    go(`/tasks/${task.id}`);
  };
  return (
    <>
      {active ? (
        <Button
          icon={<Ban size={15} aria-hidden />}
          disabled={readOnly && kind === 'run'}
          onClick={() => setAsking('cancel')}
        >
          Cancel
        </Button>
      ) : null}
      {failed > 0 && needFullRun.length > 0 ? (
        <Button
          look="primary"
          disabled={readOnly}
          title={`${needFullRun.join(', ')}: only a full run brings it into line; it tries the failed rows too`}
          onClick={() => void preview(needFullRun, 'full')}
        >
          Full run with {counted(failed, 'failed row')} …
        </Button>
      ) : null}
      {failed > 0 && needFullRun.length === 0 ? (
        <Button
          look="primary"
          icon={<RotateCcw size={15} aria-hidden />}
          disabled={readOnly}
          onClick={() => setAsking('retry')}
        >
          Retry {counted(failed, 'failed row')}
        </Button>
      ) : null}
      {!active && kind === 'run' ? <Button onClick={() => void preview(run.datasets)}>Preview again</Button> : null}
      <Menu
        trigger={<Button look="quiet" className="button--icon" aria-label="More about this run" />}
        items={[
          {
            text: 'Copy as terminal command',
            note: command,
            icon: <Terminal size={14} aria-hidden />,
            onChoose: () =>
              void copyText(command).then((done) =>
                toast({
                  tone: done ? 'good' : 'warn',
                  title: done ? 'Copied' : 'It could not be copied',
                  detail: command,
                }),
              ),
          },
          {
            text: 'Its jobs in the queue',
            icon: <ListOrdered size={14} aria-hidden />,
            onChoose: () => go('/queue', { run: id }),
          },
          null,
          {
            text: 'Export row errors as CSV',
            icon: <Download size={14} aria-hidden />,
            disabled: errors === 0,
            onChoose: () => void exportRows({ what: 'errors', format: 'csv', run: id }),
          },
          {
            text: 'Export row errors as JSON',
            icon: <Download size={14} aria-hidden />,
            disabled: errors === 0,
            onChoose: () => void exportRows({ what: 'errors', format: 'json', run: id }),
          },
        ]}
      >
        <Ellipsis size={16} aria-hidden />
      </Menu>
      <ConfirmDialog
        open={asking === 'retry'}
        onClose={() => setAsking(null)}
        title={`Retry ${counted(failed, 'failed row')}`}
        button={`Retry ${counted(failed, 'row')}`}
        onConfirm={retry}
      >
        <p>
          Their jobs go back to the queue, and the datasets run again. Whatever made them fail should be put right
          first.
        </p>
      </ConfirmDialog>
      <CancelDialog
        id={id}
        open={asking === 'cancel' || asksCancel}
        onClose={() => {
          setAsking(null);
          if (asksCancel) refine({});
        }}
      />
    </>
  );
}
