import type { Engine } from '../../engine/operate/api';
import type { Sandbox } from './sandbox';

/** What an administrator had to do, and what `check` still misses. */
export interface GrantedRights {
  readonly given: number;
  readonly missing: readonly string[];
}

/** The sync's role begins without rights and gets those that `check` names, as an administrator would hand them out. */
export async function grantRights(engine: Engine, { operations, system }: Sandbox): Promise<GrantedRights> {
  let given = 0;
  // One database after the other: roles belong to the whole server, so what one needs the next may have by then.
  for (const [name, administrator] of [['operations', operations] as const, ['system', system] as const]) {
    for (const statement of await missingGrants(engine, name)) {
      await administrator.query(statement);
      given += 1;
    }
  }
  return { given, missing: await missingGrants(engine) };
}

async function missingGrants(engine: Engine, database?: string): Promise<string[]> {
  const { databases } = await engine.check({ datasets: [] });
  return databases.filter(({ name }) => database === undefined || name === database).flatMap(({ grants }) => grants);
}
