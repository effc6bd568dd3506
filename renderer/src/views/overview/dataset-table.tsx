import { useState } from 'react';
import type { DatasetStatus, StatusReport } from '../../../../shared/engine/reports';
import { Panel } from '../../components/page';
import { SortedTable } from '../../components/sorted-table';
import { counted } from '../../format/number';
import { AcknowledgeDialog } from './acknowledge-dialog';
import { datasetColumns } from './dataset-columns';
import { isBeforeInstall, stateIn } from './dataset-state';

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
  readonly onSync: (name: string) => void;
  readonly readOnly: boolean;
}) {
  const [search, setSearch] = useState('');
  const [lost, setLost] = useState<DatasetStatus | null>(null);
  const shown = report.datasets
    .filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()))
    .map((dataset) => ({
      dataset,
      state: stateIn(report, dataset),
      silentSince: report.running.find(({ id }) => id === dataset.last_run?.id)?.silent_since ?? null,
    }));
  const beforeInstall = isBeforeInstall(report);
  const names = shown.map(({ dataset }) => dataset.name);
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
      <SortedTable
        label="Datasets"
        className="datasets-table"
        columns={datasetColumns({ names, chosen, onChoose, onSync, onAcknowledge: setLost, readOnly, beforeInstall })}
        rows={shown}
        idOf={({ dataset }) => dataset.name}
      />
      {shown.length === 0 ? <p className="lines__empty">No dataset is called that.</p> : null}
      <AcknowledgeDialog dataset={lost} onClose={() => setLost(null)} />
    </Panel>
  );
}
