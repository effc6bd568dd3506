import type { RunDetail } from '../../../../shared/engine/reports';
import { duration } from '../../format/time';
import { phaseNames, phaseParts } from './phase-parts';
import type { Phase } from './phase-parts';
import './run.css';

/**
 * Where the time of a dataset went, drawn against the longest beside it.
 * @param took milliseconds that it took in all; null: not known
 * @param whole milliseconds of that one
 */
export function PhaseBar({
  times,
  took = null,
  whole,
}: {
  readonly times: RunDetail['datasets'][number]['phases_ms'];
  readonly took?: number | null;
  readonly whole: number;
}) {
  const parts = phaseParts(times, took);
  return (
    <div
      className="timeline__bar"
      role="img"
      aria-label={parts.map(({ phase, ms }) => `${phaseNames[phase]} ${duration(ms)}`).join(', ') || 'nothing yet'}
    >
      {parts.map(({ phase, ms }) => (
        <span
          key={phase}
          className={`timeline__phase timeline__phase--${phase}`}
          style={{ width: `${(ms / whole) * 100}%` }}
          title={`${phaseNames[phase]}: ${duration(ms)}`}
        />
      ))}
    </div>
  );
}

/** Which colour is which phase. @param rest whether bars have what no phase has */
export function PhaseLegend({ rest = false }: { readonly rest?: boolean }) {
  const shown = (Object.keys(phaseNames) as Phase[]).filter((phase) => rest || phase !== 'rest');
  return (
    <div className="legend">
      {shown.map((phase) => (
        <span key={phase}>
          <i className={`timeline__phase--${phase}`} /> {phaseNames[phase]}
        </span>
      ))}
    </div>
  );
}
