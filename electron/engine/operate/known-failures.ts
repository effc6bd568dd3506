import type { Environment } from '../connect/environment';
import type { PostgresDatabase } from '../connect/postgres';
import type { RedisDatabase } from '../connect/redis';
import type { SyncError } from '../errors';

/**
 * An environment in which databases that are known not to answer fail at once, in the words that are known: whoever asks several
 * times does not wait for each.
 * @param failures by name of the database
 */
export function withKnownFailures(environment: Environment, failures: ReadonlyMap<string, SyncError>): Environment {
  const postgres = (database: PostgresDatabase): PostgresDatabase => {
    const failure = failures.get(database.name);
    if (failure === undefined) return database;
    return { ...database, connect: () => Promise.reject(failure), lend: () => Promise.reject(failure) };
  };
  const redis = (database: RedisDatabase): RedisDatabase => {
    const failure = failures.get(database.name);
    return failure === undefined ? database : { ...database, connect: () => Promise.reject(failure) };
  };
  return {
    ...environment,
    system: postgres(environment.system),
    postgres: (name) => postgres(environment.postgres(name)),
    redis: (name) => redis(environment.redis(name)),
    database(name) {
      const database = environment.database(name);
      return database.engine === 'postgres' ? postgres(database) : redis(database);
    },
  };
}
