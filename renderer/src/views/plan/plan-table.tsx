import type { DatasetDocument } from '../../../../shared/engine/documents';
import { plannedWords } from '../../../../shared/engine/waiting-words';
import { Badge } from '../../components/badge';
import { Count } from '../../components/count';
import { Panel } from '../../components/page';
import { duration } from '../../format/time';
import { ShareBar } from '../run/share-bar';

const columns = ['inserted', 'updated', 'deleted', 'withheld', 'unchanged'] as const;
const titles = {
  inserted: 'Insert',
  updated: 'Update',
  deleted: 'Delete',
  withheld: 'Withheld',
  unchanged: 'Equal',
} as const;
const tones = { inserted: 'insert', updated: 'update', deleted: 'delete', withheld: 'warn', unchanged: '' } as const;

/** Counts by dataset and operation. */
export function PlanTable({ datasets }: { readonly datasets: readonly DatasetDocument[] }) {
  const total = (name: (typeof columns)[number]): number => datasets.reduce((sum, dataset) => sum + dataset[name], 0);
  const words = plannedWords(datasets);
  return (
    <Panel flush title="What would change" about={words ?? 'inserts, updates and deletes by dataset'}>
      <table className="table">
        <thead>
          <tr>
            <th>Dataset</th>
            <th>Mode</th>
            <th style={{ width: '18%' }}>
              <span className="only-read">Shares</span>
            </th>
            {columns.map((name) => (
              <th key={name} className="number">
                {titles[name]}
              </th>
            ))}
            <th className="number">Counted in</th>
          </tr>
        </thead>
        <tbody>
          {datasets.map((dataset) => (
            <tr key={dataset.name}>
              <td>
                <span className="strong">{dataset.name}</span>
                {dataset.error === null || dataset.error === undefined ? null : (
                  <div className="small bad">{dataset.error.code}</div>
                )}
              </td>
              <td>
                {dataset.mode ?? <span className="faint">–</span>}
                {dataset.baseline === 'current' ? null : (
                  <>
                    {' '}
                    <Badge tone={dataset.baseline === 'gap' ? 'warn' : 'idle'}>
                      {dataset.baseline === 'gap' ? 'gap' : 'never synced'}
                    </Badge>
                  </>
                )}
              </td>
              <td>
                <ShareBar counts={dataset} />
              </td>
              {columns.map((name) => (
                <td
                  key={name}
                  className={`number plan-number ${dataset[name] > 0 ? `plan-number--${tones[name]}` : ''}`}
                >
                  <Count value={dataset[name]} />
                </td>
              ))}
              <td className="number small soft">{duration(dataset.duration_ms)}</td>
            </tr>
          ))}
        </tbody>
        {datasets.length < 2 ? null : (
          <tfoot>
            <tr>
              <td className="strong" colSpan={3}>
                All
              </td>
              {columns.map((name) => (
                <td key={name} className="number strong">
                  <Count value={total(name)} />
                </td>
              ))}
              <td />
            </tr>
          </tfoot>
        )}
      </table>
    </Panel>
  );
}
