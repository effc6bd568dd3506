import type { Look } from '../terminal';
import { keyCell, limitOf } from './key-cell';
import { printable, quoted } from './printable';
import type { Tone } from './table';
import { toned } from './table';

const samplesShown = 5;
const columnsShown = 6;
const symbols: Readonly<Record<string, { readonly symbol: string; readonly tone: Tone }>> = {
  insert: { symbol: '+', tone: 'good' },
  update: { symbol: '~', tone: 'warn' },
  delete: { symbol: '-', tone: 'bad' },
};

/** A few rows of each dataset, with the columns that differ: old → new. Empty where no dataset has samples. */
export function renderSamples(
  datasets: readonly { readonly name: string; readonly samples?: readonly Sample[] | undefined }[],
  look: Look,
): string {
  return datasets
    .filter((dataset) => (dataset.samples ?? []).length > 0)
    .map((dataset) => {
      const lines = someOfEach(dataset.samples ?? []).map((sample) => `  ${renderSample(sample, look)}\n`);
      return `${toned(dataset.name, 'strong', look)}, for example\n${lines.join('')}`;
    })
    .join('\n');
}

type Sample = Readonly<Record<string, unknown>>;

/** Some of every operation, so that many inserts do not hide the deletes. */
function someOfEach(samples: readonly Sample[]): Sample[] {
  const queues = ['delete', 'update', 'insert'].map((operation) =>
    samples.filter((sample) => sample['operation'] === operation),
  );
  const rounds = samples.flatMap((_, round) => queues.flatMap((queue) => queue.slice(round, round + 1)));
  return rounds.slice(0, samplesShown);
}

function renderSample(sample: Sample, look: Look): string {
  const operation = typeof sample['operation'] === 'string' ? sample['operation'] : '';
  const { symbol, tone } = symbols[operation] ?? { symbol: '·', tone: 'plain' as const };
  const key = isRecord(sample['key']) ? keyCell(textValues(sample['key']), 60, look) : '';
  const columns = isRecord(sample['columns']) ? Object.entries(sample['columns']) : [];
  const shown = columns
    .slice(0, columnsShown)
    .map(([name, values]) => renderColumn(operation, name, values, limitOf(40, look)));
  if (columns.length > columnsShown) shown.push(`and ${columns.length - columnsShown} more`);
  const head = `${symbol} ${operation} ${key}`;
  return `${toned(head, tone, look)}${shown.length === 0 ? '' : `  ${shown.join(', ')}`}`;
}

function renderColumn(operation: string, name: string, values: unknown, limit: number): string {
  const [before, after] = Array.isArray(values) ? (values as unknown[]) : [];
  const column = printable(name);
  if (operation === 'insert') return `${column}: ${quoted(valueText(after), limit)}`;
  if (operation === 'delete') return `${column}: ${quoted(valueText(before), limit)}`;
  return `${column}: ${quoted(valueText(before), limit)} → ${quoted(valueText(after), limit)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textValues(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, valueText(value) ?? 'null']));
}
