import type { Origins } from '../../../../shared/contract/methods/origins';
import { brief, counted } from '../../format/number';
import { exact } from '../../format/time';
import { go } from '../../router/router';
import { others, stackBars, unnamed } from './stack-bars';
import './origins.css';

const height = 160;

/** Bars over time, one for each bucket, stacked by application; a bar leads to its jobs. */
export function OriginChart({ data, dataset }: { readonly data: Origins; readonly dataset: string | null }) {
  const { applications, bars, most } = stackBars(data);
  const start = new Date(data.since).getTime();
  const whole = new Date(data.until).getTime() - start;
  const bucket = data.bucket_s * 1000;
  const open = (at: number, application: string | null): void =>
    go('/queue', {
      dataset,
      application: application === unnamed || application === others ? null : application,
      since: new Date(at).toISOString(),
      until: new Date(at + bucket).toISOString(),
    });
  return (
    <figure className="chart" aria-label={`Changes over time: ${applications.join(', ')}`}>
      <div className="chart__plot" style={{ height }}>
        <span className="chart__most">{brief(most)}</span>
        {bars.map(({ at, total, parts }) => (
          <button
            key={at}
            type="button"
            className="chart__bar"
            aria-label={`${exact(new Date(at).toISOString())}: ${counted(total, 'change')}; open these jobs`}
            title={`${exact(new Date(at).toISOString())}\n${parts.map((part) => `${part.application}: ${part.changes.toLocaleString('en')}`).join('\n')}`}
            style={{
              left: `${((at - start) / whole) * 100}%`,
              width: `calc(${(bucket / whole) * 100}% - 1px)`,
              height: `${(total / most) * 100}%`,
            }}
            onClick={() => open(at, null)}
          >
            {parts.map(({ application, changes }) => (
              <span
                key={application}
                className={`chart__part series-${applications.indexOf(application)}`}
                style={{ flexGrow: changes }}
              />
            ))}
          </button>
        ))}
      </div>
      <div className="row row--spread small soft">
        <span>{exact(data.since)}</span>
        <span>{exact(data.until)}</span>
      </div>
      <figcaption className="legend">
        {applications.map((application, index) => (
          <span key={application}>
            <i className={`series-${index}`} /> {application}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
