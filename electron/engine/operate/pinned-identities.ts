import type { Environment } from '../connect/environment';
import { reading } from '../connect/kept-connections';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import { knownRedisIdentity } from '../stream/redis-identity';

/**
 * Asks every server whose identity the environment pins who it is. A copy, a restore or a wrong address under a known name is
 * warned of before anything is done. One that does not answer is named too: whoever needs it will fail, the others need not.
 * @returns one warning per server that is another than expected, or away; none where nothing is pinned
 */
export async function identityWarnings(environment: Environment): Promise<string[]> {
  const pinned = Object.entries(environment.definition.databases).flatMap(([name, { identity }]) =>
    identity === undefined ? [] : [{ name, identity }],
  );
  const warnings = await Promise.all(pinned.map(({ name, identity }) => warningOf(environment, name, identity)));
  return warnings.filter((warning) => warning !== null);
}

async function warningOf(environment: Environment, name: string, pinned: string): Promise<string | null> {
  const { label } = environment.database(name);
  let answered: string | null;
  try {
    answered = await identityOf(environment, name);
  } catch {
    // Why it is away is told by whoever needs it.
    return `${label} does not answer: nobody knows whether it is the server that the environment expects`;
  }
  if (answered === pinned) return null;
  return `${label} is not the server that the environment expects: ${answered ?? 'one without an identity'} answers instead of ${pinned}`;
}

async function identityOf(environment: Environment, name: string): Promise<string | null> {
  const database = environment.database(name);
  if (database.engine === 'postgres') {
    return reading(database, 'identity', async (client) => identityText(await postgresIdentity(client)));
  }
  const redis = await database.connect('identity');
  try {
    return await knownRedisIdentity(redis);
  } finally {
    redis.disconnect();
  }
}
