import { SyncError } from '../errors';

/** A key template: texts and {columns} in turn. `launch:{id}` is ['launch:', {column: 'id'}]. */
export type TemplatePart = string | { readonly column: string };
export type Template = readonly TemplatePart[];

/**
 * Reads a Redis key template.
 * @throws SyncError TEMPLATE_INVALID
 */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  for (const match of text.matchAll(/\{([^{}]*)\}|([^{}]+)|[{}]/gu)) {
    const [whole, column, literal] = match;
    if (literal !== undefined) parts.push(literal);
    else if (column !== undefined && column.trim() !== '') parts.push({ column: column.trim() });
    else throw invalid(text, `has a stray "${whole}"`);
  }
  if (parts.length === 0) throw invalid(text, 'is empty');
  const adjacent = parts.some((part, index) => typeof part !== 'string' && typeof parts[index - 1] === 'object');
  if (adjacent)
    throw invalid(text, 'has two columns with nothing between them, so that different keys could look alike');
  return parts;
}

/** The columns that a template names, each once, in order of appearance. */
export function templateColumns(template: Template): string[] {
  return [...new Set(template.flatMap((part) => (typeof part === 'string' ? [] : [part.column])))];
}

/** Percent-encodes what could be read as part of a template or of a pattern: %, :, {, } and glob characters. */
export function encodeTemplateValue(value: string): string {
  return value.replaceAll(/[%:{}*?[\]\\^]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Undoes encodeTemplateValue. */
function decodeTemplateValue(text: string): string {
  return text.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The Redis key for these values, by column; values are encoded. */
export function renderTemplate(template: Template, values: Readonly<Record<string, string>>): string {
  return template
    .map((part) => (typeof part === 'string' ? part : encodeTemplateValue(values[part.column] ?? '')))
    .join('');
}

/** The pattern for SCAN that every key of this template matches. */
export function scanPattern(template: Template): string {
  return template.map((part) => (typeof part === 'string' ? part.replaceAll(/[*?[\]\\^]/g, '\\$&') : '*')).join('');
}

/** The values that made this key, by column, or null where it is not of this template. */
export function readTemplate(template: Template, key: string): Readonly<Record<string, string>> | null {
  const names: string[] = [];
  const pattern = template.map((part) => {
    if (typeof part === 'string') return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    names.push(part.column);
    return '((?:[^%:{}*?[\\]\\\\^]|%(?:25|3A|7B|7D|2A|3F|5B|5D|5C|5E))*)';
  });
  const match = new RegExp(`^${pattern.join('')}$`, 'su').exec(key);
  if (match === null) return null;
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = decodeTemplateValue(match[index + 1] ?? '');
    if (values[name] !== undefined && values[name] !== value) return null;
    values[name] = value;
  }
  return values;
}

/**
 * Whether some key could be of both templates: the intersection of two sequences of characters and encoded values, an encoded
 * value standing for any characters but those that encodeTemplateValue takes away.
 */
export function templatesOverlap(left: Template, right: Template): boolean {
  const a = symbols(left);
  const b = symbols(right);
  const seen = new Set<number>();
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    const id = i * (b.length + 1) + j;
    if (seen.has(id)) continue;
    seen.add(id);
    const x = a[i];
    const y = b[j];
    if (x === undefined && y === undefined) return true;
    if (x === null) open.push([i + 1, j]);
    if (y === null) open.push([i, j + 1]);
    if (x === null && typeof y === 'string' && !reserved.test(y)) open.push([i, j + 1]);
    if (y === null && typeof x === 'string' && !reserved.test(x)) open.push([i + 1, j]);
    if (typeof x === 'string' && x === y) open.push([i + 1, j + 1]);
  }
  return false;
}

/** Characters that never stand in an encoded value; % does, before a code. */
const reserved = /[:{}*?[\]\\^]/;

/** Characters, and null for a value of any length. */
function symbols(template: Template): (string | null)[] {
  return template.flatMap((part): (string | null)[] => (typeof part === 'string' ? Array.from(part) : [null]));
}

function invalid(text: string, what: string): SyncError {
  return new SyncError('TEMPLATE_INVALID', `The key template "${text}" ${what}`, {
    hint: 'Write it as text with columns in braces, such as city:{id} or cities-by-size.',
  });
}
