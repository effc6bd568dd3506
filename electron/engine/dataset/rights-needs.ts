import type { Right } from '../../../shared/engine/reports';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import type { QualifiedName } from '../connect/identifiers';
import type { TableFacts } from './rights-facts';
import type { WantedTable } from './rights-wanted';

/** A right, and how an administrator gives it. */
export interface Need extends Omit<Right, 'has'> {
  readonly has: boolean;
  /** `GRANT … ON this TO role`; null where a statement of its own gives it. */
  readonly grantOn: string | null;
  /** The statement, or of a SELECT on columns these columns. */
  readonly statement?: string;
  readonly columns?: readonly string[];
}

/** A name as a person would write it: quoted only where it has to be. */
export function plainName(...parts: readonly string[]): string {
  return parts.map((part) => (/^[a-z_][a-z0-9_$]*$/u.test(part) ? part : quoteIdent(part))).join('.');
}

/** What one table asks for: the schema, its privileges, and that nothing is hidden from whoever reads it. */
export function tableNeeds(wanted: WantedTable, facts: TableFacts, role: string): Need[] {
  const { database, schema, name } = wanted;
  const table = { database, on: 'table' as const, object: plainName(schema, name) };
  return [
    usageOf(database, schema, facts.usage),
    ...wanted.privileges.map((privilege): Need => {
      const grantOn = `TABLE ${quoteQualified(wanted)}`;
      const held = facts.held.includes(privilege);
      const { columns } = wanted;
      if (privilege !== 'SELECT' || held || columns === 'all') return { ...table, privilege, has: held, grantOn };
      if (columns === 'any') return { ...table, privilege, has: facts.readable.length > 0, grantOn };
      const has = columns.every((column) => facts.readable.includes(column));
      return { ...table, privilege, has, grantOn, columns };
    }),
    ...(facts.filtered && wanted.privileges.includes('SELECT')
      ? [seesAllRows(database, role, plainName(schema, name), quoteQualified(wanted))]
      : []),
  ];
}

function usageOf(database: string, schema: string, has: boolean): Need {
  return {
    database,
    on: 'schema',
    object: plainName(schema),
    privilege: 'USAGE',
    has,
    grantOn: `SCHEMA ${quoteIdent(schema)}`,
  };
}

/** @param hidden for the statement's comment: the table, or what the server said of one */
export function seesAllRows(database: string, role: string, object: string, hidden: string): Need {
  const text = hidden.startsWith('row level') ? hidden : `row level security would hide rows of ${hidden}`;
  const statement = `ALTER ROLE ${role} BYPASSRLS; -- ${text}`;
  return { database, on: 'table', object, privilege: 'BYPASSRLS', has: false, grantOn: null, statement };
}

/**
 * Sequences behind columns of a table that rows are inserted into. A serial column that is left to its default needs its sequence; one
 * behind explicit ids is moved past them, so that the next id which the table gives is free: that is worth having, and not needed.
 */
export function sequenceNeeds(wanted: WantedTable, facts: TableFacts, kind: 'serial' | 'identity'): Need[] {
  if (!wanted.privileges.includes('INSERT')) return [];
  return facts.sequences
    .filter(({ identity }) => identity === (kind === 'identity'))
    .flatMap((sequence) =>
      ['SELECT', 'UPDATE'].map((privilege) => ({
        database: wanted.database,
        on: 'sequence' as const,
        object: plainName(sequence.schema, sequence.name),
        privilege,
        has: sequence.usable,
        grantOn: `SEQUENCE ${quoteQualified(sequence)}`,
      })),
    );
}

/** SELECT on a table that only the server knew of. */
export function readNeed(database: string, table: QualifiedName): Need {
  return {
    database,
    on: 'table',
    object: plainName(table.schema, table.name),
    privilege: 'SELECT',
    has: false,
    grantOn: `TABLE ${quoteQualified(table)}`,
  };
}

/** Each right once. */
export function distinctNeeds(needs: readonly Need[]): Need[] {
  return [...new Map(needs.map((need) => [`${need.on} ${need.object} ${need.privilege}`, need])).values()];
}

/** The statements that give what is missing: one for each object, in the order in which they are first wanted. */
export function grantsOf(needs: readonly Need[], role: string): string[] {
  const groups = new Map<string, Need[]>();
  for (const need of needs) {
    if (need.has) continue;
    const key = need.grantOn ?? need.statement ?? '';
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  return [...groups].map(([key, group]) =>
    group[0]?.grantOn === null ? key : `GRANT ${privilegesOf(group)} ON ${key} TO ${role};`,
  );
}

function privilegesOf(group: readonly Need[]): string {
  const privileges = [...new Set(group.map(({ privilege }) => privilege))];
  return privileges
    .map((privilege) => {
      const columns = group.filter((need) => need.privilege === privilege).map((need) => need.columns ?? null);
      if (columns.includes(null)) return privilege;
      const named = [...new Set(columns.flatMap((some) => some ?? []))];
      return `${privilege} (${named.map(quoteIdent).join(', ')})`;
    })
    .join(', ');
}
