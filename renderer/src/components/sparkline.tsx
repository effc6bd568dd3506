import { useMemo } from 'react';
import { themeColor, usePlot } from './plot';
import type { PlotOptions } from './plot';
import './sparkline.css';

const options: PlotOptions = {
  padding: [2, 0, 0, 0],
  legend: { show: false },
  cursor: { show: false },
  axes: [{ show: false }, { show: false }],
  scales: { x: { time: false }, y: { range: (_plot, _least, most) => [0, Math.max(1, most)] } },
  series: [
    {},
    { stroke: themeColor('--accent-ink'), fill: themeColor('--info-ground'), width: 1.5, points: { show: false } },
  ],
};

/** The course of a number, without axes; what it is about stands beside it. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  if (values.length < 2) return <span className="sparkline" aria-hidden />;
  return <Drawn values={values} label={label} />;
}

function Drawn({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const data = useMemo((): [number[], number[]] => [values.map((_, index) => index), [...values]], [values]);
  const { box } = usePlot(options, data);
  return <div ref={box} className="sparkline" role="img" aria-label={label} />;
}
