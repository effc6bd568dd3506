import { Fragment } from 'react';
import type { Counts } from '../../../../shared/engine/counts';
import { countsAddUp } from '../../format/counts';
import { Panel } from '../../components/page';
import { grouped } from '../../format/number';
import { ShareBar } from './share-bar';

const parts = [
  'inserted',
  'updated',
  'deleted',
  'skipped',
  'withheld',
  'conflicted',
  'failed',
  'not_attempted',
] as const;
const always: readonly string[] = ['inserted', 'updated', 'deleted'];

/** The counts as a sum that adds up; what is zero and rare is left out. */
export function Accounts({ counts, kind }: { readonly counts: Counts; readonly kind: 'plan' | 'run' | 'verify' }) {
  const shown = parts.filter((name) => counts[name] > 0 || always.includes(name));
  if (kind === 'verify') {
    return (
      <div className="accounts">
        <p>
          <span className="strong">{grouped(counts.unchanged)}</span> rows are equal on both sides.
        </p>
      </div>
    );
  }
  return (
    <div className="accounts">
      <div className="accounts__sum">
        <Part name="planned" value={counts.planned} />
        {shown.map((name, index) => (
          <Fragment key={name}>
            <span className="accounts__sign" aria-hidden>
              {index === 0 ? '=' : '+'}
            </span>
            <Part name={name} value={counts[name]} />
          </Fragment>
        ))}
        <span className="grow" />
        <Part name="unchanged" value={counts.unchanged} />
      </div>
      <ShareBar counts={counts} />
      {countsAddUp(counts) ? null : (
        <Panel tone="bad">
          These counts do not add up. That is a fault of the program: please send the support bundle.
        </Panel>
      )}
    </div>
  );
}

function Part({ name, value }: { readonly name: string; readonly value: number }) {
  const bad =
    name === 'failed' && value > 0 ? 'bad' : (name === 'withheld' || name === 'conflicted') && value > 0 ? 'warn' : '';
  return (
    <div className="accounts__part">
      <span className={bad}>{grouped(value)}</span>
      <span>
        {name === 'planned' || name === 'unchanged' ? null : <i className={`accounts__mark share__part--${name}`} />}
        {name.replace('_', ' ')}
      </span>
    </div>
  );
}
