import type { RunDetail } from '../../../../shared/engine/reports';
import { duration } from '../../format/time';
import './run.css';

const phases = ['connect', 'relay', 'plan', 'apply', 'verify'] as const;
const names = { connect: 'connect', relay: 'read changes', plan: 'compare', apply: 'write', verify: 'verify' } as const;

/** Where the time of a dataset went, drawn against the longest beside it. @param whole milliseconds of that one */
export function PhaseBar({
  times,
  whole,
}: {
  readonly times: RunDetail['datasets'][number]['phases_ms'];
  readonly whole: number;
}) {
  const known = phases.filter((phase) => (times[phase] ?? 0) > 0);
  return (
    <div
      className="timeline__bar"
      role="img"
      aria-label={known.map((phase) => `${names[phase]} ${duration(times[phase] ?? 0)}`).join(', ') || 'nothing yet'}
    >
      {known.map((phase) => (
        <span
          key={phase}
          className={`timeline__phase timeline__phase--${phase}`}
          style={{ width: `${((times[phase] ?? 0) / whole) * 100}%` }}
          title={`${names[phase]}: ${duration(times[phase] ?? 0)}`}
        />
      ))}
    </div>
  );
}

/** Which colour is which phase. */
export function PhaseLegend() {
  return (
    <div className="legend">
      {phases.map((phase) => (
        <span key={phase}>
          <i className={`timeline__phase--${phase}`} /> {names[phase]}
        </span>
      ))}
    </div>
  );
}
