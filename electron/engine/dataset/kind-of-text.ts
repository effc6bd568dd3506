import { parseDocument } from 'yaml';
import { tooDeepAt } from '../connect/nesting';

/** What a YAML or JSON text is: dataset definitions, also where something is wrong with them; nothing yet; or something else. */
export type TextKind = 'definitions' | 'nothing' | 'other';

/**
 * Tells files of definitions from others that only have such a name, as a login kept in YAML. What holds not one thing that looks like
 * a dataset is none of them; a text that cannot be parsed is one where a source and a target stand in it as definitions write them.
 */
export function kindOfText(text: string): TextKind {
  const data = parsed(text);
  if (data === undefined) return signs.every((sign) => sign.test(text)) ? 'definitions' : 'other';
  if (data === null) return 'nothing';
  const list: unknown = isGroup(data) && 'datasets' in data ? data['datasets'] : data;
  const entries: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (entries.some(looksLikeDataset)) return 'definitions';
  return entries.length === 0 || list === null ? 'nothing' : 'other';
}

/** undefined where it is neither YAML nor JSON. */
function parsed(text: string): unknown {
  if (tooDeepAt(text) !== null) return undefined;
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
    return document.errors.length > 0 ? undefined : (document.toJS({ maxAliasCount: 100 }) as unknown);
  } catch {
    return undefined;
  }
}

/** At least two of its three parts: the third may be the one that is misspelt. */
function looksLikeDataset(entry: unknown): boolean {
  if (!isGroup(entry)) return false;
  const { name, source, target } = entry;
  return [typeof name === 'string', isGroup(source), isGroup(target)].filter(Boolean).length >= 2;
}

function isGroup(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

const inside = String.raw`["']?[ \t]{0,20}:\s{0,200}\{?\s{0,200}["']?(?:database|table|query|stream|entity|key|columns|where)\b`;
const signs = [new RegExp(String.raw`\bsource${inside}`, 'u'), new RegExp(String.raw`\btarget${inside}`, 'u')];
