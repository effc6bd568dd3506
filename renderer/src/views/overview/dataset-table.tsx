import { useState } from 'react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { Panel } from '../../components/page';
import { Tick } from '../../components/tick';
import { counted } from '../../format/number';
import { DatasetRow } from './dataset-row';
import { datasetState } from './dataset-state';

/** Each dataset with its state and what to do about it. */
export function DatasetTable({
  report,
  chosen,
  onChoose,
  onSync,
  readOnly,
}: {
  readonly report: StatusReport;
  readonly chosen: readonly string[];
  readonly onChoose: (names: readonly string[]) => void;
  readonly onSync: (names: readonly string[]) => void;
  readonly readOnly: boolean;
}) {
  const [search, setSearch] = useState('');
  const running = new Set(report.running.flatMap(({ datasets }) => datasets));
  const shown = report.datasets
    .filter(({ name }) => name.includes(search.trim().toLowerCase()))
    .map((dataset) => ({ dataset, state: datasetState(dataset, running.has(dataset.name)) }));
  const names = shown.map(({ dataset }) => dataset.name);
  const all = names.length > 0 && names.every((name) => chosen.includes(name));
  return (
    <Panel
      flush
      title="Datasets"
      about={
        chosen.length === 0
          ? counted(report.datasets.length, 'dataset')
          : `${chosen.length} of ${report.datasets.length} selected`
      }
      actions={
        report.datasets.length > 8 ? (
          <input
            className="field__input"
            style={{ width: 200 }}
            aria-label="Find a dataset"
            placeholder="Find a dataset"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        ) : null
      }
    >
      <table className="table datasets-table">
        <thead>
          <tr>
            <th>
              <Tick
                label="Select all datasets"
                checked={all}
                some={!all && chosen.length > 0}
                onChange={(on) => onChoose(on ? names : [])}
              />
            </th>
            <th>Dataset</th>
            <th>State</th>
            <th className="number">Waiting</th>
            <th>Last run</th>
            <th>Verified</th>
            <th>
              <span className="only-read">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ dataset, state }) => (
            <DatasetRow
              key={dataset.name}
              dataset={dataset}
              state={state}
              readOnly={readOnly}
              chosen={chosen.includes(dataset.name)}
              onChoose={(on) =>
                onChoose(on ? [...chosen, dataset.name] : chosen.filter((name) => name !== dataset.name))
              }
              onSync={() => onSync([dataset.name])}
            />
          ))}
        </tbody>
      </table>
      {shown.length === 0 ? <p className="lines__empty">No dataset is called that.</p> : null}
    </Panel>
  );
}
