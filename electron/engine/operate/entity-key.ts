import { SyncError } from '../errors';
import { readKeyText } from '../queue/key-text';

/**
 * The values of a key in key order.
 * @param text the one value; the values in key order (300 · 1); columns with their values (a=1, b=x); or JSON {"column": "value"}
 * @param names the columns of the key; none where they are not known, then anything is taken
 * @throws SyncError USAGE where the text names other columns than the key has, or a value that no key can have
 */
export function requireKey(dataset: string, text: string, names: readonly string[]): string[] {
  const { named, values: inOrder, json } = readKeyText(text);
  const isNamed = json || (named !== null && names.length > 0 && isOf(named, names));
  const given = isNamed ? named : null;
  refuseNoValues(dataset, given === null ? [text] : Object.values(given));
  if (given === null && names.length <= 1) return [text];
  if (given === null && inOrder.length === names.length) return [...inOrder];
  const values = names.map((name) => given?.[name]);
  if (names.length === 0) return Object.values(given ?? {}).map(String);
  if (given !== null && isOf(given, names)) return values.map(String);
  const example = JSON.stringify(Object.fromEntries(names.map((name) => [name, '…'])));
  throw new SyncError('USAGE', `Dataset "${dataset}": the key has the columns ${names.join(', ')}`, {
    hint: `Give it as "${names.map(() => '…').join(' · ')}", or as '${example}'.`,
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
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) refuse('no key holds half a character');
  }
}

function isOf(given: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return Object.keys(given).length === names.length && names.every((name) => given[name] !== undefined);
}
