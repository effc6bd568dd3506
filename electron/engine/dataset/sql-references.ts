import { quoteIdent } from '../connect/identifiers';

/**
 * Which of these columns an SQL text over alias s may read: every one whose name stands in it, and all where the whole row does
 * (s.*, or s alone). A superset: a name inside a literal or of another table counts too.
 */
export function mentionedColumns(sql: string, names: readonly string[]): string[] {
  if (/\bs\s*\.\s*\*/u.test(sql) || /(?<![\w.$"])s(?![\w$"]|\s*\.)/u.test(sql)) return [...names];
  const words = new Set((sql.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []).map((word) => word.toLowerCase()));
  return names.filter((name) => words.has(name) || sql.includes(quoteIdent(name)));
}
