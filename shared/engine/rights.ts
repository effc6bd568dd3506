import type { CheckReport, Right } from './reports';

/** The rights on one object that have the same answer. */
export interface RightsOn extends Pick<Right, 'database' | 'on' | 'object'> {
  readonly privileges: readonly string[];
}

/** The rights of a dataset: those that it has, those that it lacks and those that nobody knows of; the latter by object. */
export function sortedRights(rights: readonly Right[]): {
  readonly held: readonly Right[];
  readonly lacking: readonly RightsOn[];
  readonly unknown: readonly RightsOn[];
} {
  return {
    held: rights.filter(({ has }) => has === true),
    lacking: byObject(rights.filter(({ has }) => has === false)),
    unknown: byObject(rights.filter(({ has }) => has === null)),
  };
}

/** One entry for each object, in the order in which they come. */
export function byObject(rights: readonly Right[]): readonly RightsOn[] {
  const found = new Map<string, RightsOn>();
  for (const { database, on, object, privilege } of rights) {
    const key = `${database} ${on} ${object}`;
    found.set(key, { database, on, object, privileges: [...(found.get(key)?.privileges ?? []), privilege] });
  }
  return [...found.values()];
}

/** `SELECT, TRIGGER on app.users in operations` */
export function rightsText({ database, on, object, privileges }: RightsOn): string {
  const where = on === 'command' ? '' : ` on ${on === 'table' ? '' : `${named[on]} `}${object}`;
  return `${privileges.join(', ')}${where} in ${database}`;
}

const named = {
  database: 'database',
  schema: 'schema',
  sequence: 'sequence',
  function: 'function',
  key: 'keys',
} as const;

/** Statements that are worth carrying out, each kind below a comment that says what happens without it. */
export function withReasons(recommended: CheckReport['databases'][number]['recommended']): string[] {
  return recommended.flatMap(({ grant, without }, at) =>
    recommended[at - 1]?.without === without ? [grant] : [`-- without: ${without}`, grant],
  );
}
