import { inBrief } from '../in-brief';
import { reportedError, sqlstateOf } from './server-errors';

/** Fields that a server sends with its error, in whatever language its message is. */
interface ServerFields {
  readonly code?: unknown;
  readonly where?: unknown;
  readonly routine?: unknown;
  readonly table?: unknown;
  readonly column?: unknown;
  readonly constraint?: unknown;
}

/** What of an error that ends the work on a whole dataset may be shown. @param masked the columns of it that are hidden */
export function wordsOf(error: unknown, masked: readonly string[]): string {
  if (masked.length > 0) return withoutValues(error, 'a function or trigger');
  return inBrief(messageOf(error));
}

/**
 * What of an error may be shown where values of its dataset are masked: the words of the server, without what it quotes. A function's
 * own words are hidden, since they may hold any value of the row.
 * @param speaker who it was, where a function or trigger raised it
 */
export function withoutValues(error: unknown, speaker: string): string {
  if (isSaidByFunction(error))
    return `${speaker} refused it; its words are hidden, because this dataset has masked columns: the log of the server has them`;
  const message = messageOf(error);
  const names = namesIn(error);
  if (names.size > 0) return message.replaceAll(/"(?:[^"]|"")*"/g, (quoted) => (names.has(quoted) ? quoted : '"•••"'));
  // From the first mark to the last: a value may hold marks of its own, and a server doubles none. Other languages have other marks.
  return message
    .replaceAll(/["«»“”„‟‹›「」『』][^]*["«»“”„‟‹›「」『』]/g, '"•••"')
    .replaceAll(/\([^()]*\)=\(.*\)/g, '(•••)')
    .replaceAll(/\b0x[0-9a-f]{2}\b/gi, '•••');
}

/** What a function raises may hold any value of the row, in any words. */
export function isSaidByFunction(error: unknown): boolean {
  const { where, routine } = fieldsOf(error);
  if (/^(P0|38|39)/.test(sqlstateOf(error) ?? '')) return true;
  return routine === 'exec_stmt_raise' || (typeof where === 'string' && /\bfunction\b/i.test(where));
}

/**
 * The names that the server itself gives with an error, quoted as its message has them: of a broken constraint (class 23) alone, whose
 * message quotes names and never a value.
 */
function namesIn(error: unknown): ReadonlySet<string> {
  if (sqlstateOf(error)?.startsWith('23') !== true) return new Set();
  const { table, column, constraint } = fieldsOf(error);
  return new Set([table, column, constraint].filter((name) => typeof name === 'string').map((name) => `"${name}"`));
}

function fieldsOf(error: unknown): ServerFields {
  const cause = reportedError(error);
  return cause instanceof Error ? (cause as ServerFields) : {};
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
