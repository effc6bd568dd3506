import type { CheckReport } from '../../../../shared/engine/reports';
import { Panel } from '../../components/page';
import { CheckDatabase } from './check-database';
import { CheckDataset } from './check-dataset';
import { CheckMark } from './check-mark';

/** What a check found: the connections hop by hop, what each dataset may do, and the rights to grant as SQL to copy. */
export function CheckResult({ report }: { readonly report: CheckReport }) {
  const { databases, datasets, warnings } = report;
  const fine = datasets.filter(({ ok }) => ok).length;
  return (
    <div className="stack" role="status" aria-label="Result of the test">
      {warnings.map((warning) => (
        <p key={warning} className="warn">
          {warning}
        </p>
      ))}
      {databases.map((database) => (
        <CheckDatabase key={database.name} database={database} />
      ))}
      {datasets.length === 0 ? null : (
        <Panel
          {...(fine === datasets.length ? {} : { tone: 'bad' })}
          title={
            <>
              <CheckMark ok={fine === datasets.length} size={16} /> Datasets
            </>
          }
          about={
            fine === datasets.length
              ? 'each may do what it needs'
              : `${String(datasets.length - fine)} of ${String(datasets.length)} cannot be synchronised yet`
          }
        >
          {datasets.map((dataset) => (
            <CheckDataset key={dataset.name} dataset={dataset} />
          ))}
        </Panel>
      )}
    </div>
  );
}
