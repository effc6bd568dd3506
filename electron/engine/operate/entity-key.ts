import { SyncError } from '../errors';

/**
 * The values of a key in key order.
 * @param text the one value, or JSON {"column": "value"}
 * @param names the columns of the key; none where they are not known, then anything is taken
 * @throws SyncError USAGE where the text names other columns than the key has
 */
export function requireKey(dataset: string, text: string, names: readonly string[]): string[] {
  const given = asObject(text);
  if (given === null && names.length <= 1) return [text];
  const values = names.map((name) => given?.[name]);
  if (names.length === 0) return Object.values(given ?? {}).map(String);
  if (given !== null && Object.keys(given).length === names.length && values.every((value) => value !== undefined))
    return values.map(String);
  const example = JSON.stringify(Object.fromEntries(names.map((name) => [name, '…'])));
  throw new SyncError('USAGE', `Dataset "${dataset}": the key has the columns ${names.join(', ')}`, {
    hint: `Give it as '${example}'.`,
    details: { dataset, columns: names },
  });
}

function asObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
