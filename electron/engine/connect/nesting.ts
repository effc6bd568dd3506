import { Lexer, Parser } from 'yaml';

/** Beyond this many things that are open one in another, a text is no definition; the deepest one has about twenty. */
const deepest = 200;

/**
 * Where YAML or JSON is nested deeper than any definition. Asked before it is parsed: composing what is nested calls itself level by
 * level, and a text of a hundred thousand brackets exhausts the stack, which ends the whole program. This goes through the text once,
 * without calling itself.
 * @returns the line (from 1); null where it is not
 */
export function tooDeepAt(text: string): number | null {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > deepest) return text.slice(0, parser.offset).split('\n').length;
  }
  return null;
}
