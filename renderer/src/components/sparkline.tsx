import './sparkline.css';

const width = 96;
const height = 22;

/** The course of a number, without axes; what it is about stands beside it. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  if (values.length < 2) return <span className="sparkline sparkline--none" aria-hidden />;
  const most = Math.max(1, ...values);
  const step = width / (values.length - 1);
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`,
  );
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <polygon className="sparkline__area" points={`0,${height} ${points.join(' ')} ${width},${height}`} />
      <polyline className="sparkline__line" points={points.join(' ')} />
    </svg>
  );
}
