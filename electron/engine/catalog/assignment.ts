import type { Client } from 'pg';
import type { ColumnType } from './table';

/** Which of PostgreSQL's own types may be assigned to which without a written cast: `from>to` by name, read from pg_cast. */
export type AssignmentCasts = ReadonlySet<string>;

/** Types whose values are plain text. */
const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name']);

/** Reads the assignment and implicit casts among PostgreSQL's own types; they are the same in every database of a version. */
export async function readAssignmentCasts(client: Client): Promise<AssignmentCasts> {
  const { rows } = await client.query<{ pair: string }>(
    `SELECT s.typname || '>' || t.typname AS pair
     FROM pg_cast AS c JOIN pg_type AS s ON s.oid = c.castsource JOIN pg_type AS t ON t.oid = c.casttarget
     WHERE c.castcontext IN ('a', 'i') AND s.oid < 16384 AND t.oid < 16384`,
  );
  return new Set(rows.map((row) => row.pair));
}

/**
 * Whether values of one type can be kept in a column of another: the same type, an assignment cast, or text on either side of a
 * type that users or extensions made (whose input then judges each value).
 */
export function isAssignable(from: ColumnType, to: ColumnType, casts: AssignmentCasts): boolean {
  if (to.builtin && to.element === null && textTypes.has(to.base)) return true;
  if (from.base === to.base && from.builtin === to.builtin) return true;
  if (!to.builtin) {
    const bothEnums = from.baseKind === 'e' && to.baseKind === 'e';
    return bothEnums || isText(from) || (from.element !== null && to.element !== null && isTextElement(from));
  }
  if (!from.builtin) return false;
  if (from.element !== null || to.element !== null) {
    if (from.element === null || to.element === null) return false;
    return textTypes.has(to.element) || casts.has(`${from.element}>${to.element}`);
  }
  return casts.has(`${from.base}>${to.base}`);
}

/** True for text, varchar, char and name, and domains over them. */
export function isText(type: ColumnType): boolean {
  return type.builtin && type.element === null && textTypes.has(type.base);
}

function isTextElement(type: ColumnType): boolean {
  return type.builtin && type.element !== null && textTypes.has(type.element);
}
