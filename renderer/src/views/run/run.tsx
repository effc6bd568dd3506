import { Tabs } from '@base-ui/react/tabs';
import { isOver } from '../../../../shared/contract/follow-runs';
import { doneWords } from '../../../../shared/engine/waiting-words';
import { visibleName } from '../../../../shared/visible';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { grouped } from '../../format/number';
import { duration } from '../../format/time';
import { refine, usePlace } from '../../router/router';
import { noLiveRun } from '../../store/activity';
import { useNow } from '../../store/clock';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { runLines, sumOfCounts } from './run-dataset-columns';
import { PlanSamples } from '../plan/plan-samples';
import { Accounts } from './accounts';
import { Errors } from './errors';
import { RunActions } from './run-actions';
import { RunDatasets } from './run-datasets';
import { RunLog } from './run-log';
import { shownStatus } from './shown-status';
import { SilentNote } from './silent-note';
import { StallNote } from './stall-note';
import { Timeline } from './timeline';
import { waysOf } from './way';
import { useReadAlerts } from './use-read-alerts';
import './run.css';
import { shortId } from '../../format/id';
import { runKinds } from '../../format/run-kind';

/** One run: how far it is, what it did, what went wrong and why. */
export function Run({ id }: { readonly id: string }) {
  const { parts, query } = usePlace();
  const now = useNow();
  const live = useConsole((state) => state.activity.runs[id] ?? noLiveRun);
  const detail = useResource('runs.detail', { id }, 3000);
  const report = detail.data;
  useReadAlerts(report?.run.id ?? null);
  if (report === undefined) {
    return (
      <Page title={`Run ${shortId(id)}`}>
        {detail.failure === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState title={`Run ${id} could not be read`} failure={detail.failure} onRetry={detail.reload} />
        )}
      </Page>
    );
  }
  const { run, datasets, row_errors: errors } = report;
  const status = shownStatus(run.status, live.status);
  const silent = run.silent_since ?? null;
  const active = !isOver({ status }) && silent === null;
  const ended = run.ended_at === null && silent === null ? now : new Date(run.ended_at ?? silent ?? now).getTime();
  const tab = query['tab'] ?? (parts[2] === 'errors' ? 'errors' : 'datasets');
  return (
    <Page
      title={
        <>
          <span title={run.id}>
            {runKinds[run.kind]} {shortId(run.id)}
          </span>{' '}
          <StatusBadge status={status} silentSince={silent} />
        </>
      }
      about={
        <>
          {run.kind === 'verify' ? '' : `${run.mode} mode · `}
          by {visibleName(`${run.operator} on ${run.host} with ${run.application}`)} · <When at={run.started_at} /> ·{' '}
          {duration(Math.max(0, ended - new Date(run.started_at).getTime()))}
        </>
      }
      actions={<RunActions report={report} active={active} />}
    >
      {detail.failure === null ? null : (
        <ErrorState
          title="The run could not be read again; what you see is older"
          failure={detail.failure}
          onRetry={detail.reload}
        />
      )}
      {run.error === null ? null : (
        <ErrorState
          title={status === 'partial' ? 'What it left over' : 'Why it ended'}
          failure={run.error}
          action={waysOf(datasets, run.error.code)}
        />
      )}
      {silent === null ? null : <SilentNote since={silent} />}
      <StallNote since={live.stalledSince} active={active} id={id} />
      <Accounts
        counts={active ? sumOfCounts(runLines(datasets, live, active)) : run.counts}
        kind={run.kind}
        active={active}
        differences={sumOf(datasets.map(({ differences }) => differences))}
        onTheWay={datasets.reduce((sum, { in_flight: count }) => sum + (count ?? 0), 0)}
        changes={doneWords(datasets.map((dataset) => ({ ...dataset, ...dataset.counts })))}
      />
      <Tabs.Root
        value={tab}
        onValueChange={(next: string) => refine({ tab: next === 'datasets' ? null : next })}
        className="tabs"
      >
        <Tabs.List className="tabs__list">
          <Tabs.Tab className="tabs__tab" value="datasets">
            Datasets <span className="faint">{datasets.length}</span>
          </Tabs.Tab>
          <Tabs.Tab className="tabs__tab" value="errors">
            Row errors <span className={errors > 0 ? 'bad strong' : 'faint'}>{grouped(errors)}</span>
          </Tabs.Tab>
          <Tabs.Tab className="tabs__tab" value="timeline">
            Timeline
          </Tabs.Tab>
          <Tabs.Tab className="tabs__tab" value="log">
            Log
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="datasets" className="tabs__panel">
          <RunDatasets datasets={datasets} live={live} active={active} run={run} />
          {run.kind === 'plan' ? null : <PlanSamples datasets={datasets} what="found" />}
        </Tabs.Panel>
        <Tabs.Panel value="errors" className="tabs__panel">
          <Errors run={id} count={errors} />
        </Tabs.Panel>
        <Tabs.Panel value="timeline" className="tabs__panel">
          <Timeline detail={report} now={ended} />
        </Tabs.Panel>
        <Tabs.Panel value="log" className="tabs__panel">
          <RunLog run={id} active={active} />
        </Tabs.Panel>
      </Tabs.Root>
    </Page>
  );
}

/** null where none is known. */
function sumOf(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0);
}
