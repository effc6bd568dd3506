import { brief, grouped } from '../format/number';
import { span } from '../format/time';
import './progress.css';

interface ProgressProps {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
  readonly kind: string;
  readonly eta?: number | null;
}

/**
 * How far something is. Exact: a percentage; estimated: one with `about`; unknown: a count alone. It is never drawn full while the
 * work is going on.
 */
export function Progress({ label, done, total, kind, eta = null }: ProgressProps) {
  const known = total !== null && total > 0 && kind !== 'unknown';
  const share = known ? Math.min(done / total, 0.995) : null;
  const percent = share === null ? null : Math.floor(share * 100);
  // A total that is known to be none: what differs from "none so far".
  const idle = total === 0 && kind !== 'unknown';
  const text = idle
    ? 'nothing to do'
    : known
      ? `${brief(done)} of ${kind === 'estimated' ? 'about ' : ''}${brief(total)}`
      : `${brief(done)} so far`;
  return (
    <div className="progress">
      <div
        className={`progress__track ${share === null && !idle ? 'progress__track--unknown' : ''}`}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { 'aria-valuenow': percent })}
        aria-valuetext={text}
      >
        <div className="progress__bar" style={share === null ? {} : { transform: `scaleX(${share})` }} />
      </div>
      <div className="progress__text">
        <span className="cut" title={`${grouped(done)}${total === null ? '' : ` of ${grouped(total)}`}`}>
          {text}
        </span>
        <span>
          {percent === null ? '' : `${kind === 'estimated' ? '~' : ''}${percent} %`}
          {eta === null || share === null ? '' : ` · ${span(Math.max(1, eta))} left`}
        </span>
      </div>
    </div>
  );
}
