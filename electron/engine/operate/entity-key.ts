import { SyncError } from '../errors';

/**
 * The values of a key in key order.
 * @param text the one value, or JSON {"column": "value"}
 * @param names the columns of the key; none where they are not known, then anything is taken
 * @throws SyncError USAGE where the text names other columns than the key has, or a value that no key can have
 */
export function requireKey(dataset: string, text: string, names: readonly string[]): string[] {
  const given = asObject(text);
  refuseNoValues(dataset, given === null ? [text] : Object.values(given));
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

function refuseNoValues(dataset: string, values: readonly unknown[]): void {
  const refuse = (what: string): never => {
    const hint = 'Each value of a key is a text or a number.';
    throw new SyncError('USAGE', `Dataset "${dataset}": ${what}`, { hint, details: { dataset } });
  };
  for (const value of values) {
    if (value === null || typeof value === 'object') refuse(`${JSON.stringify(value)} is no value of a key`);
    if (typeof value === 'string' && value.includes('\0')) refuse('no key holds the character U+0000');
  }
}

function asObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
