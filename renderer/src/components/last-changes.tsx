import type { Counts } from '../../../shared/engine/counts';
import { brief, grouped } from '../format/number';

/** A word says what it is itself, a sign is read out. What needs people first: where there is no room for all, the last are left out, and no number is cut. */
const parts = [
  ['failed', 'failed ', 'bad', ''],
  ['withheld', 'withheld ', 'warn', ''],
  ['conflicted', 'conflicts ', 'warn', ''],
  ['inserted', '+', 'good', ' inserted'],
  ['updated', '~', '', ' updated'],
  ['deleted', '−', 'bad', ' deleted'],
] as const;

/** Of a run that moved no row: whether there was nothing, or it did not come to it. */
const words: Readonly<Record<string, string>> = {
  succeeded: 'nothing to do',
  queued: 'nothing yet',
  planning: 'nothing yet',
  running: 'nothing yet',
  verifying: 'nothing yet',
};

/** What a run did, in a few signs. */
export function LastChanges({ counts, status }: { readonly counts: Counts; readonly status: string }) {
  const shown = parts.filter(([name]) => counts[name] > 0);
  if (shown.length === 0) return <div className="small faint">{words[status] ?? 'nothing done'}</div>;
  return (
    <div
      className="row small last-changes"
      title={shown.map(([name]) => `${grouped(counts[name])} ${name}`).join(', ')}
    >
      {shown.map(([name, sign, tone, meaning]) => (
        <span key={name} className={tone === '' ? 'soft' : tone}>
          {sign}
          {brief(counts[name])}
          {meaning === '' ? null : <span className="only-read">{meaning}</span>}
        </span>
      ))}
    </div>
  );
}
