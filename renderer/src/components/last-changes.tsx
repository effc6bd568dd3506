import type { Counts } from '../../../shared/engine/counts';
import { brief, grouped } from '../format/number';

/** What needs people first: where there is no room for all, the last are left out, and no number is cut. */
const parts = [
  ['failed', 'failed ', 'bad'],
  ['withheld', 'withheld ', 'warn'],
  ['conflicted', 'conflicts ', 'warn'],
  ['inserted', '+', 'good'],
  ['updated', '~', ''],
  ['deleted', '−', 'bad'],
] as const;

/** What a run did, in a few signs. */
export function LastChanges({ counts }: { readonly counts: Counts }) {
  const shown = parts.filter(([name]) => counts[name] > 0);
  if (shown.length === 0) return <div className="small faint">nothing to do</div>;
  return (
    <div
      className="row small last-changes"
      title={shown.map(([name]) => `${grouped(counts[name])} ${name}`).join(', ')}
    >
      {shown.map(([name, sign, tone]) => (
        <span key={name} className={tone === '' ? 'soft' : tone}>
          {sign}
          {brief(counts[name])}
          <span className="only-read"> {name}</span>
        </span>
      ))}
    </div>
  );
}
