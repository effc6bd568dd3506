import type { FieldChange } from '../../components/field-diff';

export interface Sample {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly key: Readonly<Record<string, string>>;
  readonly fields: readonly FieldChange[];
}

/** Reads a sample of a run document; null where it has another shape than expected. */
export function readSample(sample: Readonly<Record<string, unknown>>): Sample | null {
  const { operation, key, columns } = sample;
  if (operation !== 'insert' && operation !== 'update' && operation !== 'delete') return null;
  const fields = entries(columns).map(([name, pair]): FieldChange => {
    const [before, after] = Array.isArray(pair) ? (pair as unknown[]) : [];
    return {
      name,
      before: operation === 'insert' ? undefined : text(before),
      after: operation === 'delete' ? undefined : text(after),
      // The engine leaves out what is equal.
      differs: true,
    };
  });
  return {
    operation,
    key: Object.fromEntries(entries(key).map(([name, value]) => [name, text(value) ?? 'NULL'])),
    fields,
  };
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function text(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
