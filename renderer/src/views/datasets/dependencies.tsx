import { Fragment } from 'react';
import { ArrowRight } from 'lucide-react';
import type { DatasetDetail } from '../../../../shared/contract/methods/datasets';
import { Panel } from '../../components/page';
import { href } from '../../router/router';

const relations = [
  ['fed_by', 'Fed by', 'what they write is what it reads: they run before it'],
  ['feeds', 'Feeds', 'they read what it writes: they run after it'],
  ['parent', 'Parents', 'its rows refer to theirs by a foreign key: theirs are written first'],
  ['child', 'Children', 'their rows refer to its rows by a foreign key'],
  ['inverse', 'Inverse', 'the other way between the same tables'],
] as const;

/** Datasets that this one has to do with, by how. */
function Related({ related }: { readonly related: DatasetDetail['related'] }) {
  if (related.length === 0) return null;
  return (
    <div className="related" role="group" aria-label="Datasets that it has to do with">
      {relations.map(([relation, title, why]) => {
        const names = related.filter((each) => each.relation === relation).map(({ dataset }) => dataset);
        return names.length === 0 ? null : (
          <Fragment key={relation}>
            <span className="soft" title={why}>
              {title}
            </span>
            <span className="row row--wrap">
              {names.map((each) => (
                <a key={each} className="flow__box" href={href(`/datasets/${encodeURIComponent(each)}`)}>
                  {each}
                </a>
              ))}
              <span className="small soft">{why}</span>
            </span>
          </Fragment>
        );
      })}
    </div>
  );
}

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
      <Related related={dataset.related} />
    </Panel>
  );
}
