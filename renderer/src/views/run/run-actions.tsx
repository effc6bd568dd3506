import { useState } from 'react';
import { Ban, RotateCcw } from 'lucide-react';
import type { InputOf } from '../../../../shared/contract/contract';
import { everyJob } from '../../../../shared/contract/every-job';
import type { RunDetail } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { counted } from '../../format/number';
import { go, refine, usePlace } from '../../router/router';
import { preview } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { invalidate, useResource } from '../../store/resource';
import { useViewCommands } from '../../store/view-commands';
import { call } from '../../wire/call';
import { datasetState } from '../overview/dataset-state';
import { CancelDialog } from './cancel-dialog';
import { RunMenu } from './run-menu';

const failedOf = (run: string): InputOf<'queue.count'>['filter'] => ({ ...everyJob, status: ['failed'], run });

/** What can be done about a run. */
export function RunActions({ report, active }: { readonly report: RunDetail; readonly active: boolean }) {
  const { run, row_errors: errors } = report;
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
  const retry = async (confirm: string | null): Promise<void> => {
    const task = await call('runs.retryFailed', { run: id, confirm });
    invalidate('queue.count');
    go(`/tasks/${task.id}`);
  };
  useViewCommands(
    failed > 0 && needFullRun.length === 0
      ? [{ text: `Retry ${counted(failed, 'failed row')} …`, disabled: readOnly, onChoose: () => setAsking('retry') }]
      : [],
  );
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
      <RunMenu report={report} retry={failed > 0} />
      <ConfirmDialog
        open={asking === 'retry'}
        onClose={() => setAsking(null)}
        title={`Retry ${counted(failed, 'failed row')}`}
        button={`Retry ${counted(failed, 'row')}`}
        onConfirm={retry}
      >
        <p>
          {failed === 1
            ? 'Its job goes back to the queue, and the dataset runs again. Whatever made it fail should be put right first.'
            : 'Their jobs go back to the queue, and the datasets run again. Whatever made them fail should be put right first.'}
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
