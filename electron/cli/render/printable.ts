import { byNumber } from '../../../shared/visible';

// Control characters, and marks that reorder or hide text: data must not move the cursor, colour the screen, fake a line or pass for
// something else. The joiners of scripts and pictures stay.
const unprintable = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const visible = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return byNumber(character);
};

/** Text that comes from data or a server, safe to show on one line. */
export function printable(text: string): string {
  return text.replace(unprintable, visible);
}

/** The same for text of several lines. */
export function printableText(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

/** At most so many characters; what is cut is shown by an ellipsis. */
export function shortened(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

/** A value of a column: quoted, so that the empty string, spaces and null can be told apart. */
export function quoted(value: string | null | undefined, limit = 40): string {
  if (value === null || value === undefined) return 'null';
  return `"${shortened(printable(value), limit)}"`;
}
