import { byNumber, visibleName } from '../../../shared/visible';

const breaks: Readonly<Record<string, string>> = { '\n': '↵', '\r': '␍', '\t': '⇥' };

/** A value of a key, to be read on one line: what would look like a blank is shown, and so is a text without a character. */
export function keyValue(value: string): string {
  if (value === '') return '""';
  const shown = value.replace(/[\n\r\t]/g, (character) => breaks[character] ?? character).replace(invisible, byNumber);
  // Blanks at an end, or nothing but blanks.
  return shown.trim() === shown ? shown : `"${shown}"`;
}

/** Blanks of other widths, marks without any, and control characters. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** The key of an entity in one line: the value alone where it is one column, else each with its name. */
export function keyText(key: Readonly<Record<string, string>>): string {
  const parts = Object.entries(key);
  if (parts.length === 1) return keyValue(parts[0]?.[1] ?? '');
  return parts.map(([name, value]) => `${visibleName(name)}=${keyValue(value)}`).join(', ');
}

/** As filters and the explanation of an entity take it: the one value, or an object; that too where the value could be taken for one. */
export function keyQuery(key: Readonly<Record<string, string>>): string {
  const [value = '', ...others] = Object.values(key);
  return others.length > 0 || value.startsWith('{') ? JSON.stringify(key) : value;
}
