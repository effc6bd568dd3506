import type { Environment } from '../connect/environment';
import { identityText, postgresIdentity } from '../connect/postgres-identity';
import { knownRedisIdentity } from '../stream/redis-identity';

/**
 * Asks every server whose identity the environment pins who it is. A copy, a restore or a wrong address under a known name is
 * warned of before anything is done.
 * @returns one warning per server that is another than expected; none where nothing is pinned
 * @throws SyncError CONNECT_FAILED
 */
export async function identityWarnings(environment: Environment): Promise<string[]> {
  const warnings: string[] = [];
  for (const [name, { identity: pinned }] of Object.entries(environment.definition.databases)) {
    if (pinned === undefined) continue;
    const answered = await identityOf(environment, name);
    if (answered === pinned) continue;
    const { label } = environment.database(name);
    warnings.push(
      `${label} is not the server that the environment expects: ${answered ?? 'one without an identity'} answers instead of ${pinned}`,
    );
  }
  return warnings;
}

async function identityOf(environment: Environment, name: string): Promise<string | null> {
  const database = environment.database(name);
  if (database.engine === 'postgres') {
    const client = await database.connect('identity');
    try {
      return identityText(await postgresIdentity(client));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  const redis = await database.connect('identity');
  try {
    return await knownRedisIdentity(redis);
  } finally {
    redis.disconnect();
  }
}
