import { useState } from 'react';
import { RotateCcw } from 'lucide-react';
import type { Task } from '../../../../shared/contract/task';
import { plainRun } from '../../../../shared/contract/plain-run';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LongText } from '../../components/long-text';
import { Page } from '../../components/page';
import { Tick } from '../../components/tick';
import { When } from '../../components/when';
import { counted } from '../../format/number';
import { preview, startRun } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { Estimate } from './estimate';
import { NotPossible } from './not-possible';
import { PlanSamples } from './plan-samples';
import { PlanTable } from './plan-table';
import { consequence, notPossible, planTotals, settles, without } from './plan-totals';
import './plan.css';

/** A preview that is counted: by dataset and operation, with sample rows, and the button that does it. */
export function PlanDocument({ task }: { readonly task: Task }) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const [approve, setApprove] = useState(false);
  const [allowEmpty, setAllowEmpty] = useState(false);
  const [asking, setAsking] = useState(false);
  const { document } = task;
  const failure = task.error ?? document?.error ?? null;
  const datasets = document?.datasets ?? [];
  const totals = planTotals({ datasets });
  // That somebody stopped it is no fault of a dataset.
  const problems = notPossible(datasets).filter(({ code }) => code !== 'CANCELLED');
  const stopped = failure?.code === 'CANCELLED' || datasets.some(({ error }) => error?.code === 'CANCELLED');
  const emptySource = datasets.some((dataset) => dataset.withheld_by === 'empty_source');
  const ofGuard = totals.withheld - totals.ofEmptySource;
  const changes = consequence(totals, approve, allowEmpty);
  const leftOut = datasets.filter(({ error }) => (error ?? null) !== null).map(({ name }) => name);
  const settling = changes === 'Nothing to apply' ? settles(datasets) : null;
  const button = without(settling?.button ?? changes, leftOut);
  const held = (approve ? 0 : ofGuard) + (allowEmpty ? 0 : totals.ofEmptySource);
  const deletes = totals.deleted + totals.withheld - held;
  const nothing = changes === 'Nothing to apply' && settling === null && !emptySource;
  const whole = datasets.filter(({ error }) => (error ?? null) === null);
  // A comparison of all that was asked for is not less the second time.
  const mode = whole.length > 0 && whole.every((dataset) => dataset.mode === 'full') ? 'full' : 'auto';
  const again = (): void => void preview(task.datasets, mode);
  // What could not be counted is no part of the plan that is kept for the others.
  const kept = document?.id ?? null;
  const apply = (confirm: string | null): Promise<void> =>
    startRun({
      ...plainRun,
      datasets: leftOut.length === 0 ? task.datasets : whole.map(({ name }) => name),
      plan: kept,
      approve_deletes: approve ? totals.mostWithheld : null,
      allow_empty_source: allowEmpty,
      confirm,
    });

  return (
    <Page
      title="Preview"
      about={
        <>
          {datasets.length === 0 ? 'Ended' : 'Counted'} <When at={task.ended_at} />
          {kept === null ? '' : '; it can be applied for an hour'}.
        </>
      }
      actions={
        <>
          <Button icon={<RotateCcw size={15} aria-hidden />} onClick={again}>
            Count again
          </Button>
          <Button
            look={deletes > 0 ? 'danger' : 'primary'}
            disabled={readOnly || nothing || kept === null}
            title={readOnly ? 'This environment is read-only' : undefined}
            onClick={() => setAsking(true)}
          >
            {button}
          </Button>
        </>
      }
    >
      {stopped ? (
        <EmptyState title="Counting was stopped">Nothing was written. Count again to see what would change.</EmptyState>
      ) : failure === null || (datasets.length > 0 && problems.length > 0) ? null : (
        <ErrorState title="The preview could not be counted" failure={failure} onRetry={again} />
      )}
      {datasets.length === 0 ? (
        failure === null ? (
          <EmptyState title="No dataset was looked at" />
        ) : null
      ) : (
        <>
          {whole.length === 0 && stopped ? null : <PlanTable datasets={datasets} />}
          <Estimate datasets={datasets} />
          <NotPossible problems={problems} />
          {ofGuard > 0 ? (
            <div className="approval">
              <Tick label="Approve deletes" checked={approve} onChange={setApprove}>
                <span className="strong">Also delete the {counted(ofGuard, 'row')} that the guard withholds.</span>
                <span className="soft">
                  {' '}
                  More than 10 rows and more than 10 % of a target are never deleted without this. Left out, the rest is
                  applied and these deletes wait.
                </span>
              </Tick>
            </div>
          ) : null}
          {emptySource ? (
            <div className="approval">
              <Tick label="Allow an empty source" checked={allowEmpty} onChange={setAllowEmpty}>
                <span className="strong">The source is really empty: delete all rows of its target.</span>
                <span className="soft"> An empty source is more often a fault than a wish.</span>
              </Tick>
            </div>
          ) : null}
          <PlanSamples datasets={datasets} />
        </>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`${button}?`}
        button={button}
        danger={deletes > 0}
        onConfirm={apply}
      >
        {settling !== null ? (
          <p>{settling.why}</p>
        ) : (
          <p>
            In {counted(datasets.filter(({ planned }) => planned > 0).length, 'dataset')}:{' '}
            {counted(totals.inserted, 'insert')}, {counted(totals.updated, 'update')},{' '}
            <span className={deletes > 0 ? 'bad strong' : ''}>{counted(deletes, 'delete')}</span>
            {held > 0 ? `; ${counted(held, 'delete')} ${held === 1 ? 'stays' : 'stay'} withheld` : ''}. Where reality
            has moved beyond what was counted here, the run refuses.
          </p>
        )}
        {leftOut.length === 0 ? null : (
          <p>
            Left out, since {leftOut.length === 1 ? 'it' : 'they'} could not be counted:{' '}
            <LongText text={leftOut.join(', ')} />
          </p>
        )}
      </ConfirmDialog>
    </Page>
  );
}
