import { Fragment } from 'react';
import type { RunDetail } from '../../../../shared/engine/reports';
import { EmptyState } from '../../components/empty-state';
import { Panel } from '../../components/page';
import { clockTime, duration, exact } from '../../format/time';
import { PhaseBar, PhaseLegend } from './phase-bar';

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
      <Panel title="Where the time went" actions={<PhaseLegend rest />}>
        <div className="timeline">
          {datasets.map(({ name, phases_ms: times, duration_ms: took }) => (
            <Fragment key={name}>
              <span className="cut" title={name}>
                {name}
              </span>
              <PhaseBar times={times} took={took} whole={whole} />
              <span className="number small soft">{took === null ? '–' : duration(took)}</span>
            </Fragment>
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
