import { useMemo } from 'react';
import type { RunDetail } from '../../../../shared/engine/reports';
import { LongText } from '../../components/long-text';
import { NextStep } from '../../components/next-step';
import { Panel } from '../../components/page';
import { SortedTable } from '../../components/sorted-table';
import type { LiveRun } from '../../store/activity';
import { runDatasetColumns, runLines } from './run-dataset-columns';
import type { RunLine } from './run-dataset-columns';
import { hasWay, Way } from './way';

/** Each dataset of a run: how far it is, what it counted, whether it was verified. */
export function RunDatasets({
  datasets,
  live,
  active,
  run,
}: {
  readonly datasets: RunDetail['datasets'];
  readonly live: LiveRun;
  readonly active: boolean;
  readonly run: RunDetail['run'];
}) {
  const { id, kind, silent_since: silent } = run;
  const columns = useMemo(() => runDatasetColumns({ id, kind, silent_since: silent }, live), [id, kind, silent, live]);
  const below = (line: RunLine) => belowOf(line, run.error);
  const lines = useMemo(() => runLines(datasets, live, active), [datasets, live, active]);
  return (
    <Panel flush>
      <SortedTable
        label="Datasets of this run"
        columns={columns}
        rows={lines}
        idOf={({ dataset }) => dataset.name}
        below={below}
      />
    </Panel>
  );
}

/** What stands below the line of a dataset; null where that is nothing. */
function belowOf(line: RunLine, told: RunDetail['run']['error']) {
  const reason = why(line, told);
  const { warnings = [] } = line.dataset;
  if (warnings.length === 0) return reason;
  return (
    <>
      {reason}
      {warnings.map((warning) => (
        <div key={warning} className="warn">
          <LongText text={warning} />
        </div>
      ))}
    </>
  );
}

/** @param told what stands above of the whole run: what went wrong with one dataset alone is told there */
function why({ dataset: { name, error } }: RunLine, told: RunDetail['run']['error']) {
  // That it was cancelled stands in its status, and once for the whole run.
  if (error === null || error.code === 'CANCELLED') return null;
  if (error.code === told?.code && error.message === told.message) return null;
  return (
    <div className="bad">
      <LongText text={`${error.code}: ${error.message}`} />
      <NextStep code={error.code} hint={error.hint} link={!hasWay(error.code)} />
      <Way name={name} code={error.code} />
    </div>
  );
}
