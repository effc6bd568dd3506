import type { Counts } from '../../../../shared/engine/counts';
import { countParts } from '../../format/counts';
import { grouped } from '../../format/number';
import './share-bar.css';

/** Shares of the operations in what is planned. The numbers stand beside it; the bar is for the eye. */
export function ShareBar({ counts }: { readonly counts: Counts }) {
  const all = countParts.reduce((sum, name) => sum + counts[name], 0);
  if (all === 0) return <div className="share share--none" />;
  return (
    <div
      className="share"
      role="img"
      aria-label={countParts
        .filter((name) => counts[name] > 0)
        .map((name) => `${grouped(counts[name])} ${name.replace('_', ' ')}`)
        .join(', ')}
    >
      {countParts
        .filter((name) => counts[name] > 0)
        .map((name) => (
          <span
            key={name}
            className={`share__part share__part--${name}`}
            style={{ flexGrow: counts[name] / all }}
            title={`${grouped(counts[name])} ${name.replace('_', ' ')}`}
          />
        ))}
    </div>
  );
}
