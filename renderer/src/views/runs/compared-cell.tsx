import { LastChanges } from '../../components/last-changes';
import { StatusBadge } from '../../components/status-badge';
import { duration } from '../../format/time';
import { PhaseBar } from '../run/phase-bar';
import type { Taken } from './comparison';

/** What a difference of a share says: a tenth more or less is noise. */
const noise = 0.1;

/** How long it took in one run, drawn against the longest. @param whole milliseconds of that one @param ended whether to say how it ended, where not well */
export function ComparedCell({
  taken,
  whole,
  ended = false,
}: {
  readonly taken: Taken | null;
  readonly whole: number;
  readonly ended?: boolean;
}) {
  if (taken === null) return <span className="faint">not part of it</span>;
  const { ms, times, counts, status, verdict, change } = taken;
  const phases = Object.values(times).reduce((sum, each) => sum + each, 0);
  return (
    <div className="stack stack--tight">
      {/* Datasets share their time with others: the bar is as long as it took, its parts are as the phases are to each other. */}
      <div style={{ width: `${(ms / whole) * 100}%`, minWidth: 4 }}>
        <PhaseBar times={times} whole={Math.max(1, phases)} />
      </div>
      <div className="row row--wrap compare__facts small">
        <span className="strong">{duration(ms)}</span>
        {change === null ? null : (
          <span className={change > noise ? 'warn' : change < -noise ? 'good' : 'soft'}>{changeText(change)}</span>
        )}
        {status === 'succeeded' || !ended ? null : <StatusBadge status={status} />}
        {verdict === null ? (
          <LastChanges counts={counts} status={status} />
        ) : (
          <span className={verdict.kind === 'equal' ? 'soft' : 'warn'}>{verdict.words}</span>
        )}
      </div>
    </div>
  );
}

/** 0.5 → 50 % longer, -0.5 → 50 % shorter, 2 → 3 times as long */
function changeText(change: number): string {
  if (change >= 1) return `${(change + 1).toFixed(1)} times as long`;
  const percent = Math.round(Math.abs(change) * 100);
  if (percent === 0) return 'as long';
  return `${percent} % ${change > 0 ? 'longer' : 'shorter'}`;
}
