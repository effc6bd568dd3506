import type { RunDetail } from '../../../../shared/engine/reports';
import { Panel } from '../../components/page';
import type { LiveRun } from '../../store/activity';
import { RunDatasetRow } from './run-dataset-row';

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
  return (
    <Panel flush>
      <table className="table">
        <thead>
          <tr>
            <th>Dataset</th>
            <th>Progress</th>
            <th className="number">Inserted</th>
            <th className="number">Updated</th>
            <th className="number">Deleted</th>
            <th className="number">Not done</th>
            <th className="number">Equal</th>
            <th>Verified</th>
            <th className="number">Took</th>
          </tr>
        </thead>
        <tbody>
          {datasets.map((dataset) => (
            <RunDatasetRow
              key={dataset.name}
              dataset={dataset}
              live={live.datasets[dataset.name]}
              active={active}
              run={run.id}
            />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
