import type { Counts } from '../../../shared/engine/counts';
import { brief, grouped } from '../format/number';

const parts = [
  ['inserted', '+', 'good'],
  ['updated', '~', ''],
  ['deleted', '−', 'bad'],
  ['withheld', 'withheld ', 'warn'],
  ['conflicted', 'conflicts ', 'warn'],
  ['failed', 'failed ', 'bad'],
] as const;

/** What a run did, in a few signs. */
export function LastChanges({ counts }: { readonly counts: Counts }) {
  const shown = parts.filter(([name]) => counts[name] > 0);
  if (shown.length === 0) return <div className="small faint">nothing to do</div>;
  return (
    <div className="row small">
      {shown.map(([name, sign, tone]) => (
        <span key={name} className={tone === '' ? 'soft' : tone} title={`${grouped(counts[name])} ${name}`}>
          {sign}
          {brief(counts[name])}
          <span className="only-read"> {name}</span>
        </span>
      ))}
    </div>
  );
}
