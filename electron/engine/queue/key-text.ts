/** What stands between the values of a key of several columns, where they are shown without the columns' names. */
const between = ' · ';

/** How a text that names an entity can be read; which of them is meant depends on the key of its dataset. */
export interface KeyText {
  /** By the columns' names: JSON, or a=1, b=x as keys are written in messages; null where the text is none of them. */
  readonly named: Readonly<Record<string, unknown>> | null;
  /** The one value, or as many in key order as there are between its middle dots: 300 · 1. */
  readonly values: readonly string[];
  /** JSON means nothing but that. */
  readonly json: boolean;
}

/** Reads a key as somebody types it, or copies it from where it was shown. */
export function readKeyText(text: string): KeyText {
  const object = asObject(text);
  if (object !== null) return { named: object, values: [], json: true };
  return { named: namedParts(text), values: text.split(between), json: false };
}

function asObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** A comma belongs to a value where no name and = come after it. */
function namedParts(text: string): Record<string, string> | null {
  const parts = text.split(/, (?=[^=,]+=)/).map((part) => {
    const at = part.indexOf('=');
    return at < 1 ? null : ([part.slice(0, at), part.slice(at + 1)] as const);
  });
  const found = parts.filter((part) => part !== null);
  const named = Object.fromEntries(found);
  return found.length === parts.length && Object.keys(named).length === parts.length ? named : null;
}
