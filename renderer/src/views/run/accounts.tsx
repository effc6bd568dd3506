import { Fragment } from 'react';
import type { Counts } from '../../../../shared/engine/counts';
import { countParts, countsAddUp } from '../../format/counts';
import { Panel } from '../../components/page';
import { counted, grouped } from '../../format/number';
import { ShareBar } from './share-bar';

const always: readonly string[] = ['inserted', 'updated', 'deleted'];

/** The counts as a sum that adds up; what is zero and rare is left out. */
export function Accounts({
  counts,
  kind,
  active,
  differences,
  onTheWay,
  changes = null,
}: {
  readonly counts: Counts;
  readonly kind: 'plan' | 'run' | 'verify';
  readonly active: boolean;
  /** rows that differ, as far as datasets were verified */
  readonly differences: number | null;
  /** of a verification: rows that differ and have a change that waits */
  readonly onTheWay: number;
  /** what the changes that it took up came to, in words */
  readonly changes?: string | null;
}) {
  // What a run at work has not come to is no part of what became of the rest.
  const left = active ? counts.not_attempted : 0;
  const done = { ...counts, planned: counts.planned - left, not_attempted: counts.not_attempted - left };
  const shown = countParts.filter((name) => done[name] > 0 || always.includes(name));
  if (kind === 'verify')
    return <Compared equal={counts.unchanged} differ={differences} onTheWay={onTheWay} active={active} />;
  if (active && counts.planned === 0 && counts.unchanged === 0)
    return (
      <div className="accounts">
        <p className="soft">Nothing is counted yet.</p>
      </div>
    );
  return (
    <div className="accounts">
      <div className="accounts__sum">
        <Part name={active ? 'so far' : 'planned'} value={done.planned} />
        {shown.map((name, index) => (
          <Fragment key={name}>
            <span className="accounts__sign" aria-hidden>
              {index === 0 ? '=' : '+'}
            </span>
            <Part name={name} value={done[name]} />
          </Fragment>
        ))}
        {counts.unchanged === 0 && left === 0 ? null : <span className="grow" />}
        {left === 0 ? null : <Part name="still to do" value={left} />}
        {counts.unchanged === 0 ? null : <Part name="unchanged" value={counts.unchanged} />}
      </div>
      <ShareBar counts={counts} />
      {changes === null ? null : <p className="small soft">{changes}.</p>}
      {countsAddUp(counts) ? null : (
        <Panel tone="bad">
          These counts do not add up. That is a fault of the program: please send the support bundle.
        </Panel>
      )}
    </div>
  );
}

function Compared({
  equal,
  differ,
  onTheWay,
  active,
}: {
  readonly equal: number;
  readonly differ: number | null;
  readonly onTheWay: number;
  readonly active: boolean;
}) {
  return (
    <div className="accounts">
      {differ === null ? (
        <p className="soft">{active ? 'Nothing is counted yet.' : 'Nothing was counted.'}</p>
      ) : (
        <div className="accounts__sum">
          <Part name="equal" value={equal} />
          <Part name={differ === 1 ? 'differs' : 'differ'} value={differ} />
          {onTheWay === 0 ? null : <Part name="on the way" value={onTheWay} />}
        </div>
      )}
      {onTheWay === 0 ? null : (
        <Panel tone="warn">
          <span className="strong">{counted(onTheWay, 'row')} of the target</span>{' '}
          {onTheWay === 1 ? 'differs and has' : 'differ and have'} a change on the way, or a delete that waits for an
          approval. They are not equal: what waits is applied by a sync, withheld deletes from a preview.
        </Panel>
      )}
    </div>
  );
}

function Part({ name, value }: { readonly name: string; readonly value: number }) {
  const bad =
    name === 'failed' && value > 0
      ? 'bad'
      : ['withheld', 'conflicted', 'differs', 'differ', 'on the way'].includes(name) && value > 0
        ? 'warn'
        : '';
  return (
    <div className="accounts__part">
      <span className={bad}>{grouped(value)}</span>
      <span>
        {['planned', 'so far', 'still to do', 'unchanged', 'equal', 'differs', 'differ', 'on the way'].includes(
          name,
        ) ? null : (
          <i className={`accounts__mark share__part--${name}`} />
        )}
        {name.replace('_', ' ')}
      </span>
    </div>
  );
}
