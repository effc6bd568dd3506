import { ArrowRight } from 'lucide-react';
import type { DatasetDetail } from '../../../../shared/contract/methods/datasets';
import { Panel } from '../../components/page';

/** What a dataset reads, and where it writes, drawn: a change in any box on the left concerns the target. */
export function Dependencies({ dataset }: { readonly dataset: DatasetDetail }) {
  const { name, source, target, depends_on: dependencies } = dataset;
  return (
    <Panel title="Where its data comes from">
      <div className="flow">
        <div className="flow__side">
          <div className="flow__box flow__box--main">
            <div className="small soft">
              {source.database}, {source.kind}
            </div>
            <span className="strong">{source.name}</span>
          </div>
          {dependencies.map(({ table, keys }) => (
            <div key={table} className="flow__box" title={keys}>
              <div className="small soft">{source.database}, also read</div>
              {table}
            </div>
          ))}
        </div>
        <div className="flow__arrow">
          <ArrowRight size={18} aria-label="into" />
        </div>
        <div className="flow__side">
          <div className="flow__box strong">{name}</div>
        </div>
        <div className="flow__arrow">
          <ArrowRight size={18} aria-label="to" />
        </div>
        <div className="flow__side">
          <div className="flow__box flow__box--main">
            <div className="small soft">
              {target.database}, {target.kind}
            </div>
            <span className="strong">{target.name}</span>
          </div>
        </div>
      </div>
    </Panel>
  );
}
