import { useMemo } from 'react';
import type { RunDetail } from '../../../../shared/engine/reports';
import { LongText } from '../../components/long-text';
import { NextStep } from '../../components/next-step';
import { Panel } from '../../components/page';
import { SortedTable } from '../../components/sorted-table';
import type { LiveRun } from '../../store/activity';
import { runDatasetColumns, runLines } from './run-dataset-columns';
import type { RunLine } from './run-dataset-columns';

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
  const columns = useMemo(() => runDatasetColumns({ id: run.id, kind: run.kind }, live), [run.id, run.kind, live]);
  const lines = useMemo(() => runLines(datasets, live, active), [datasets, live, active]);
  return (
    <Panel flush>
      <SortedTable
        label="Datasets of this run"
        columns={columns}
        rows={lines}
        idOf={({ dataset }) => dataset.name}
        below={why}
      />
    </Panel>
  );
}

function why({ dataset: { error } }: RunLine) {
  // That it was cancelled stands in its status, and once for the whole run.
  if (error === null || error.code === 'CANCELLED') return null;
  return (
    <div className="bad">
      <LongText text={`${error.code}: ${error.message}`} />
      <NextStep code={error.code} hint={error.hint} />
    </div>
  );
}
