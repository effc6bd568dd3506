import { cpus, totalmem } from 'node:os';
import { isReached, median } from './measure';
import type { Goal, Measure, Unit } from './measure';
import type { Options } from './options';

/** The measures as a Markdown table, as bench/README.md shows it. */
export function table(measures: readonly Measure[]): string {
  const rows = measures.map((measure) => {
    const { samples, reference, goal } = measure;
    const unit = goal?.unit ?? 'ratio';
    const reached = isReached(measure);
    return [
      measure.what,
      goal === null ? '' : written(goal),
      value(median(samples), unit),
      `${value(Math.min(...samples), unit)} to ${value(Math.max(...samples), unit)}`,
      reference === null ? '' : `${reference.name}: ${value(median(reference.samples), reference.unit)}`,
      reached === null ? '' : reached ? 'yes' : 'no',
    ];
  });
  return columns([['case', 'goal', 'median', 'spread', 'reference', 'reached'], ...rows]);
}

/** Where and on what it was measured. */
export function conditions({ rows, repeats, durable }: Options, servers: readonly string[]): string {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return (
    `${new Date().toISOString().slice(0, 10)}, ${String(cpus().length)} cores, ${String(memory)} GB, Node ${process.version}, ` +
    `${servers.join(', ')}; ${rows.toLocaleString('en')} rows, ${String(repeats)} repeats, ` +
    `servers ${durable ? 'wait' : 'do not wait'} for the disk`
  );
}

function written(goal: Goal): string {
  return 'atLeast' in goal ? `≥ ${value(goal.atLeast, goal.unit)}` : `≤ ${value(goal.atMost, goal.unit)}`;
}

function value(number: number, unit: Unit): string {
  if (!Number.isFinite(number)) return 'unknown';
  if (unit === 'ratio') return number.toFixed(2);
  if (unit === 's') return `${number.toFixed(2)} s`;
  return `${Math.round(number).toLocaleString('en')} ${unit}`.replace(' /s', '/s');
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = (column: number): number => Math.max(...rows.map((row) => (row[column] ?? '').length), 3);
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(width(column))).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map((_, column) => '-'.repeat(width(column)))), ...body.map(line)].join('\n');
}
