import type { RunDetail } from '../../../../shared/engine/reports';
import { EmptyState } from '../../components/empty-state';
import { Panel } from '../../components/page';
import { clockTime, duration, exact } from '../../format/time';

const phases = ['connect', 'relay', 'plan', 'apply', 'verify'] as const;
const names = { connect: 'connect', relay: 'read changes', plan: 'compare', apply: 'write', verify: 'verify' } as const;

/** Where the time went, and the steps in order. */
export function Timeline({ detail, now }: { readonly detail: RunDetail; readonly now: number }) {
  const { datasets, events, run } = detail;
  const whole = Math.max(
    1,
    now - new Date(run.started_at).getTime(),
    ...datasets.map(({ duration_ms: took }) => took ?? 0),
  );
  const steps = events.filter(({ level }) => level !== 'debug');
  return (
    <div className="stack">
      <Panel
        title="Where the time went"
        actions={
          <div className="legend">
            {phases.map((phase) => (
              <span key={phase}>
                <i className={`timeline__phase--${phase}`} /> {names[phase]}
              </span>
            ))}
          </div>
        }
      >
        <div className="timeline">
          {datasets.map(({ name, phases_ms: times, duration_ms: took }) => (
            <Row key={name} name={name} times={times} took={took} whole={whole} />
          ))}
        </div>
      </Panel>
      <Panel title="Steps" flush>
        {steps.length === 0 ? (
          <EmptyState title="No step is recorded" />
        ) : (
          <ul className="lines">
            {steps.map(({ at, level, dataset, message }, index) => (
              <li key={index}>
                <time className="soft small" dateTime={at} title={exact(at)}>
                  {clockTime(at)}
                </time>
                <span
                  className={`small ${level === 'error' ? 'bad strong' : level === 'warn' ? 'warn strong' : 'soft'}`}
                >
                  {level}
                </span>
                <span className="grow" style={{ overflowWrap: 'anywhere' }}>
                  {dataset === null ? null : <span className="strong">{dataset} </span>}
                  {message}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}

function Row({
  name,
  times,
  took,
  whole,
}: {
  readonly name: string;
  readonly times: RunDetail['datasets'][number]['phases_ms'];
  readonly took: number | null;
  readonly whole: number;
}) {
  const known = phases.filter((phase) => (times[phase] ?? 0) > 0);
  return (
    <>
      <span className="cut" title={name}>
        {name}
      </span>
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
      <span className="number small soft">{took === null ? '–' : duration(took)}</span>
    </>
  );
}
