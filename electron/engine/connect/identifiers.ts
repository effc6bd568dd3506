import { SyncError } from '../errors';

/** A relation by schema and name, both exact (already folded where they were unquoted). */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** Quotes an identifier for SQL, always: mixed case, spaces, quotes and reserved words come through. */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text as an SQL literal, safe whatever standard_conforming_strings says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** schema.name, both quoted. */
export function quoteQualified(name: QualifiedName): string {
  return `${quoteIdent(name.schema)}.${quoteIdent(name.name)}`;
}

/**
 * Reads a relation name as SQL writes it: unquoted parts fold to lower case, "" inside quotes is one quote,
 * no schema means public.
 * @throws SyncError DATASET_INVALID where the text is no such name
 */
export function parseQualifiedName(text: string): QualifiedName {
  const parts = splitIdentifiers(text.trim());
  if (parts.length === 1 && parts[0] !== undefined) return { schema: 'public', name: parts[0] };
  if (parts.length === 2 && parts[0] !== undefined && parts[1] !== undefined)
    return { schema: parts[0], name: parts[1] };
  throw new SyncError('DATASET_INVALID', `"${text}" is not the name of a table`, {
    hint: 'Write it as SQL does: cities, public.cities or "My Schema"."Täble".',
  });
}

/** Splits a.b or "A"."b" into exact names; an empty list where the text is malformed. */
export function splitIdentifiers(text: string): string[] {
  const pattern = /(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))(\.|$)/uy;
  const parts: string[] = [];
  let end = false;
  while (!end) {
    const match = pattern.exec(text);
    if (match === null) return [];
    parts.push(match[1] === undefined ? (match[2] ?? '').toLowerCase() : match[1].replaceAll('""', '"'));
    end = match[3] === '';
  }
  return parts;
}
