import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { Node } from 'yaml';
import type { DatasetDefinition } from '../../../shared/definitions/dataset';
import { tooDeepAt } from '../connect/nesting';
import { readTextFile } from '../connect/read-text-file';
import { originOf } from '../dataset/load';

/** The text of a definition, and the line of its file at which that begins; null where it does not stand in a file like this. */
export interface DefinitionText {
  readonly text: string;
  readonly line: number | null;
}

/** A definition as it stands in its file, comments included; written anew where it has no file, or the file was changed since. */
export async function definitionText(definition: DatasetDefinition): Promise<DefinitionText> {
  const origin = originOf(definition);
  const text = origin === null ? null : await readTextFile(origin.file).catch(() => null);
  return (text === null ? null : partOf(text, definition.name)) ?? { text: stringify(definition), line: null };
}

function partOf(text: string, name: string): DefinitionText | null {
  if (tooDeepAt(text) !== null) return null;
  const { contents } = parseDocument(text, { logLevel: 'silent' });
  const list: unknown = isMap(contents) ? contents.get('datasets') : contents;
  const items: unknown[] = isSeq(list) ? list.items : [contents];
  const node = items.find((item) => isMap(item) && item.get('name') === name) as Node | undefined;
  const [from, to] = node?.range ?? [];
  if (from === undefined || to === undefined) return null;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const lines = text.slice(start, to).trimEnd().split('\n');
  // The dash of a list item becomes indentation, then all are moved to the left together.
  const first = `${' '.repeat(from - start)}${text.slice(from, to).split('\n', 1)[0] ?? ''}`;
  const whole = [first, ...lines.slice(1)];
  const indent = Math.min(...whole.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return {
    text: `${whole.map((line) => line.slice(indent)).join('\n')}\n`,
    line: text.slice(0, start).split('\n').length,
  };
}
