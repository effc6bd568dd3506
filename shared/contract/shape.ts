/**
 * A schema as a page can check it. Says which values have which place; ranges and patterns are the host's to check, which sends
 * nothing that does not meet them.
 */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'unknown'
  /** one of these values */
  | { readonly is: readonly unknown[] }
  | { readonly list: Shape }
  /** names are free */
  | { readonly each: Shape }
  /** these and no others; `may`: those that can be left out */
  | { readonly fields: Fields; readonly may?: Fields }
  /** the field `by` says which of these it is */
  | { readonly by: string; readonly of: Fields }
  | { readonly any: readonly Shape[] };

export type Fields = Readonly<Record<string, Shape>>;

/** What a page checks of what it gets. */
export interface Shapes {
  /** what comes without being asked, but for its events */
  readonly frame: Shape;
  /** each of those, with its number */
  readonly event: Shape;
  readonly outcome: Shape;
  /** by name of the method */
  readonly answers: Fields;
}

/** @returns where a value is of another shape, such as `runs.0.status`; null where it is not */
export function misfit(shape: Shape, value: unknown, at: string): string | null {
  if (typeof shape === 'string') return shape === 'unknown' || typeof value === shape ? null : at;
  if ('is' in shape) return shape.is.includes(value) ? null : at;
  if ('any' in shape) return misfitOfAny(shape.any, value, at);
  if ('list' in shape) return Array.isArray(value) ? misfitInList(shape.list, value, at) : at;
  if (!isObject(value)) return at;
  if ('by' in shape) {
    const name = String(value[shape.by]);
    const meant = Object.hasOwn(shape.of, name) ? shape.of[name] : undefined;
    return meant === undefined ? `${at}.${shape.by}` : misfit(meant, value, at);
  }
  if ('each' in shape) return misfitInEach(shape.each, value, at);
  return misfitInFields(shape, value, at);
}

type Named = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function misfitInList(shape: Shape, values: readonly unknown[], at: string): string | null {
  for (let index = 0; index < values.length; index += 1) {
    const found = misfit(shape, values[index], '');
    // Where all is well, no name is put together.
    if (found !== null) return `${at}.${String(index)}${found}`;
  }
  return null;
}

function misfitInEach(shape: Shape, value: Named, at: string): string | null {
  for (const name of Object.keys(value)) {
    const found = misfit(shape, value[name], '');
    if (found !== null) return `${at}.${name}${found}`;
  }
  return null;
}

function misfitInFields({ fields, may = {} }: { fields: Fields; may?: Fields }, value: Named, at: string) {
  for (const name in fields) if (!Object.hasOwn(value, name)) return `${at}.${name}`;
  for (const name of Object.keys(value)) {
    const shape = Object.hasOwn(fields, name) ? fields[name] : Object.hasOwn(may, name) ? may[name] : undefined;
    const found = shape === undefined ? '' : misfit(shape, value[name], '');
    if (found !== null) return `${at}.${name}${found}`;
  }
  return null;
}

/** Where one alone can have been meant, says where that is wrong. */
function misfitOfAny(shapes: readonly Shape[], value: unknown, at: string): string | null {
  let meant = 0;
  let where = at;
  for (const shape of shapes) {
    const found = misfit(shape, value, at);
    if (found === null) return null;
    if (found === at) continue;
    meant += 1;
    where = meant === 1 ? found : at;
  }
  return where;
}
