import { useEffect, useMemo, useState } from 'react';
import type { KeyboardEvent } from 'react';
import UPlot from 'uplot';
import type { Origins } from '../../../../shared/contract/methods/origins';
import { visibleName } from '../../../../shared/visible';
import { themeColor, usePlot } from '../../components/plot';
import type { PlotOptions } from '../../components/plot';
import { brief, counted, grouped } from '../../format/number';
import { exact } from '../../format/time';
import { barTime, jobsOf } from './jobs-of';
import { others, partAt, stackBars, unnamed } from './stack-bars';
import type { Bar } from './stack-bars';
import './origins.css';

/**
 * Bars over time, one for each bucket, stacked by application; the part of an application leads to its jobs, the space above to those
 * of the whole bar. By keyboard: left and right go from bar to bar, up and down from application to application, Enter opens.
 */
export function OriginChart({ data, dataset }: { readonly data: Origins; readonly dataset: string | null }) {
  const { applications, totals, bars, columns } = useMemo(() => stackBars(data), [data]);
  const [at, setAt] = useState<number | null>(null);
  const [part, setPart] = useState<number | null>(null);
  const names = applications.join('\n');
  const options = useMemo(() => chartOptions(names.split('\n').length, data.bucket_s, setAt), [names, data.bucket_s]);
  const { box, plot } = usePlot(options, columns);
  const last = bars.length - 1;
  const shown = bars[Math.min(at ?? last, last)];

  const open = (bar: Bar | undefined, application: string | undefined): void => {
    if (bar === undefined || bar.total === 0) return;
    window.location.hash = jobsOf({ dataset, ...whose(application) }, barTime(bar.at, data));
  };
  const chosen = part === null ? undefined : shown?.parts[Math.min(part, shown.parts.length - 1)]?.application;
  // The plot has the mouse over it: what is under it is what a click opens.
  useEffect(() => {
    const over = plot.current?.over;
    if (over === undefined) return;
    const clicked = (): void => {
      const { idx, top } = plot.current?.cursor ?? {};
      const bar = bars[idx ?? -1];
      open(bar, partAt(bar, plot.current?.posToVal(top ?? 0, 'y') ?? Infinity));
    };
    over.addEventListener('click', clicked);
    return () => over.removeEventListener('click', clicked);
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const now = at ?? last;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: now + 1,
      ArrowLeft: now - 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    const parts = shown?.parts.length ?? 0;
    if (next !== undefined) setAt(Math.max(0, Math.min(last, next)));
    else if (event.key === 'ArrowUp') setPart(part === null ? 0 : part + 1 < parts ? part + 1 : null);
    else if (event.key === 'ArrowDown') setPart(part === null ? parts - 1 : part > 0 ? part - 1 : null);
    else if (event.key === 'Enter') open(shown, chosen);
    else return;
    event.preventDefault();
  };
  return (
    <figure className="chart" aria-label={`Changes over time: ${applications.map(visibleName).join(', ')}`}>
      <div
        className="chart__frame"
        role="slider"
        tabIndex={0}
        aria-label="Time; up and down choose an application, Enter opens the jobs"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.min(at ?? last, last)}
        aria-valuetext={shown === undefined ? 'nothing' : described(shown, chosen)}
        onKeyDown={onKeyDown}
      >
        <div ref={box} className="chart__plot" />
      </div>
      <p className="chart__told small soft" aria-hidden>
        {at === null || shown === undefined
          ? 'Point at a bar to see who; click the part of an application to open its jobs, or above it for all of the bar.'
          : described(shown, chosen)}
      </p>
      <figcaption className="legend">
        {applications.map((application, index) => (
          <span key={application}>
            <i className={`series-${index}`} />{' '}
            {application === others ? (
              application
            ) : (
              <a
                href={jobsOf({ dataset, ...whose(application) }, data)}
                title={`Open its ${counted(totals.get(application) ?? 0, 'change')}`}
              >
                {visibleName(application)}
              </a>
            )}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** The busiest are told apart; of the others together there is no filter. */
function whose(application: string | undefined): { readonly application?: string | null } {
  if (application === undefined || application === others) return {};
  return { application: application === unnamed ? null : application };
}

function described({ at, total, parts }: Bar, chosen: string | undefined): string {
  const one = parts.find(({ application }) => application === chosen);
  if (one !== undefined && one.application !== others)
    return `${exact(new Date(at).toISOString())}: ${counted(one.changes, 'change')} of ${visibleName(one.application)}`;
  const who = parts.map(({ application, changes }) => `${visibleName(application)} ${grouped(changes)}`).join(', ');
  return `${exact(new Date(at).toISOString())}: ${counted(total, 'change')}${who === '' ? '' : ` (${who})`}`;
}

/** A day where the marks are days apart, else a time of day. */
function axisTime(seconds: number, stepSeconds: number): string {
  const [date = '', clock = ''] = exact(new Date(seconds * 1000).toISOString()).split(' ');
  return stepSeconds >= 86_400 ? date.slice(5) : clock.slice(0, stepSeconds < 60 ? 8 : 5);
}

function chartOptions(series: number, bucketSeconds: number, onIndex: (index: number | null) => void): PlotOptions {
  const ink = themeColor('--ink-soft');
  const line = themeColor('--line');
  const bars = UPlot.paths.bars?.({ size: [0.9, Infinity, 2] });
  const half = bucketSeconds / 2;
  const axis = { stroke: ink, font: '12px system-ui, sans-serif', ticks: { show: false } };
  return {
    // The last time stands below the right edge.
    padding: [12, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { show: false } },
    scales: {
      x: { range: (_plot, first, end) => [first - half, end + half] },
      y: { range: (_plot, _least, most) => [0, Math.max(4, most * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 70,
        values: (_plot, splits, _axis, _space, step) => splits.map((at) => axisTime(at, step)),
        grid: { show: false },
        border: { show: true, stroke: themeColor('--line-strong'), width: 1 },
      },
      {
        ...axis,
        size: 56,
        grid: { stroke: line, width: 1 },
        incrs: [1, 2, 5, 10, 20, 50, 1e2, 2e2, 5e2, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7],
        values: (_plot, splits) => splits.map(brief),
      },
    ],
    // The tallest is drawn first: each series holds the sum up to it, and the ones below it cover it.
    series: [
      {},
      ...Array.from({ length: series }, (_, index) => ({
        fill: themeColor(`--series-${series - 1 - index}`),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onIndex(cursor.idx ?? null)] },
  };
}
