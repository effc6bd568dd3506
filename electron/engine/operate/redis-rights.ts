import type { Redis } from 'ioredis';
import type { Right } from '../../../shared/engine/reports';
import type { Environment } from '../connect/environment';
import type { RedisDatabase } from '../connect/redis';
import type { WantedCommands } from './redis-wanted';

/** What a Redis user lacks, as a command for an administrator. */
export interface RedisRights {
  readonly database: string;
  readonly user: string;
  readonly grants: readonly string[];
  /** How many commands it may not use, on how many patterns of keys. */
  readonly lacking: number;
  readonly unknown: number;
  readonly rights: readonly (Right & { readonly dataset: string })[];
}

/** held; no such command for this user; no access to that key; or nobody can tell. */
type Answer = 'held' | 'command' | 'key' | 'unknown';

/**
 * Asks each Redis whether its user may do what the datasets do there. Nothing is carried out: a server looks at a user's rights when a
 * command is queued after MULTI, and what was queued is discarded. Where MULTI itself is refused, ACL DRYRUN is tried.
 * @param away databases that do not answer: of these nobody knows
 */
export async function checkRedisRights(
  environment: Environment,
  wanted: readonly WantedCommands[],
  away: ReadonlySet<string>,
): Promise<RedisRights[]> {
  const names = environment.names.filter((name) => wanted.some(({ database }) => database === name));
  return Promise.all(
    names.map((name) => {
      const here = wanted.filter(({ database }) => database === name);
      return rightsIn(environment.redis(name), here, away.has(name));
    }),
  );
}

async function rightsIn(
  database: RedisDatabase,
  wanted: readonly WantedCommands[],
  away: boolean,
): Promise<RedisRights> {
  const user = database.config.username ?? 'default';
  const answers = away ? new Map<string, Answer>() : await askEach(database, user, wanted);
  const answerTo = (one: WantedCommands, command: string): Answer =>
    answers.get(questionOf(one.key, command)) ?? 'unknown';
  const rights = wanted.flatMap((one) =>
    one.commands.map((command) => {
      const answer = answerTo(one, command);
      return {
        dataset: one.dataset,
        database: database.name,
        on: one.pattern === null ? ('command' as const) : ('key' as const),
        object: one.pattern ?? 'without a key',
        privilege: command,
        has: answer === 'unknown' ? null : answer === 'held',
      };
    }),
  );
  const distinct = [...new Map(rights.map((right) => [`${right.object} ${right.privilege}`, right])).values()];
  return {
    database: database.name,
    user,
    grants: grantsOf(user, wanted, answerTo),
    lacking: distinct.filter(({ has }) => has === false).length,
    unknown: distinct.filter(({ has }) => has === null).length,
    rights,
  };
}

/** One statement that adds the commands and the keys which are missing, and takes nothing away. */
function grantsOf(
  user: string,
  wanted: readonly WantedCommands[],
  answerTo: (one: WantedCommands, command: string) => Answer,
): string[] {
  const commands = new Set<string>();
  const patterns = new Set<string>();
  for (const one of wanted) {
    const answers = one.commands.map((command) => ({ command, answer: answerTo(one, command) }));
    for (const { command, answer } of answers) if (answer === 'command') commands.add(`+${command.toLowerCase()}`);
    // Of a command that is refused the server does not look at the key: the keys are wanted unless another command got at them.
    const open = answers.some(({ answer }) => answer === 'key' || answer === 'command');
    const reached = answers.some(({ answer }) => answer === 'held') && !answers.some(({ answer }) => answer === 'key');
    if (one.pattern !== null && open && !reached) patterns.add(`~${one.pattern}`);
  }
  const added = [...[...patterns].sort(), ...[...commands].sort()];
  return added.length === 0 ? [] : [`ACL SETUSER ${user} ${added.map(quoted).join(' ')}`];
}

/** As redis-cli reads it. */
function quoted(rule: string): string {
  return /[\s"'\\]/u.test(rule) ? JSON.stringify(rule) : rule;
}

function questionOf(key: string, command: string): string {
  return `${command} ${key}`;
}

async function askEach(
  database: RedisDatabase,
  user: string,
  wanted: readonly WantedCommands[],
): Promise<ReadonlyMap<string, Answer>> {
  const questions = new Map<string, readonly string[]>();
  for (const { key, commands } of wanted)
    for (const command of commands) questions.set(questionOf(key, command), wordsOf(command, key));
  const redis = await database.connect('check').catch(() => null);
  if (redis === null) return new Map();
  try {
    return (await queued(redis, questions)) ?? (await dryRun(redis, user, questions));
  } catch {
    return new Map();
  } finally {
    redis.disconnect();
  }
}

/** null where this user may not begin a transaction, or not end it without carrying it out. */
async function queued(
  redis: Redis,
  questions: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, Answer> | null> {
  // First by itself: were MULTI taken and DISCARD not, what comes after would stay queued, and end with the connection.
  if ((await answerOf(redis.call('DISCARD'))) !== 'held') return null;
  // Where nothing is queued it does nothing; after MULTI it would carry out all of this.
  const exec = await answerOf(redis.call('EXEC'));
  if ((await answerOf(redis.call('MULTI'))) !== 'held') return null;
  const answers = await Promise.all(
    [...questions].map(async ([question, [command = '', ...words]]): Promise<[string, Answer]> => {
      // These would not be queued but done; without them nothing of this would have been.
      if (command === 'MULTI' || command === 'DISCARD') return [question, 'held'];
      if (command === 'EXEC') return [question, exec];
      return [question, await answerOf(redis.call(command, ...words))];
    }),
  );
  await redis.call('DISCARD');
  return new Map(answers);
}

async function dryRun(
  redis: Redis,
  user: string,
  questions: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const [question, words] of questions) {
    const reply = await redis.call('ACL', 'DRYRUN', user, ...words).catch(() => null);
    if (typeof reply !== 'string') return new Map([['MULTI ', 'command']]);
    answers.set(question, reply === 'OK' ? 'held' : refusal(reply));
  }
  return answers;
}

/** Whatever else goes wrong, also the transaction that is not there: the command itself may be used. */
async function answerOf(reply: Promise<unknown>): Promise<Answer> {
  return reply.then(
    () => 'held',
    (error: unknown) => {
      const message = error instanceof Error ? error.message : '';
      // A refused EXEC says first that it ended the transaction.
      return message.includes('NOPERM') ? refusal(message) : 'held';
    },
  );
}

function refusal(message: string): Answer {
  return /\bkeys?\b/iu.test(message.replace(/'[^']*'/gu, '')) ? 'key' : 'command';
}

/** A command with as many words as it takes at least; none is ever carried out. */
function wordsOf(command: string, key: string): readonly string[] {
  const names = command.split('|');
  return [...names, ...(words[command]?.(key) ?? [key])];
}

const words: Readonly<Record<string, (key: string) => readonly string[]>> = {
  DISCARD: () => [],
  EXEC: () => [],
  EVAL: () => ['return 0', '0'],
  EVALSHA: () => ['0'.repeat(40), '0'],
  EXPIRE: (key) => [key, '1'],
  HDEL: (key) => [key, 'f'],
  HEXISTS: (key) => [key, 'f'],
  HGET: (key) => [key, 'f'],
  HINCRBY: (key) => [key, 'f', '0'],
  HMGET: (key) => [key, 'f'],
  HSCAN: (key) => [key, '0'],
  HSET: (key) => [key, 'f', 'v'],
  HSETNX: (key) => [key, 'f', 'v'],
  INFO: () => [],
  MSET: (key) => [key, 'v'],
  MULTI: () => [],
  PEXPIRE: (key) => [key, '1'],
  RENAME: (key) => [key, key],
  SADD: (key) => [key, 'm'],
  SCAN: () => ['0'],
  'SCRIPT|LOAD': () => ['return 0'],
  SET: (key) => [key, 'v'],
  SETNX: (key) => [key, 'v'],
  SISMEMBER: (key) => [key, 'm'],
  SREM: (key) => [key, 'm'],
  SSCAN: (key) => [key, '0'],
  TIME: () => [],
  WATCH: () => ['astro_sync:applied'],
  XACK: (key) => [key, 'astro_sync', '0-0'],
  'XGROUP|CREATE': (key) => [key, 'astro_sync', '0'],
  'XGROUP|SETID': (key) => [key, 'astro_sync', '0'],
  XRANGE: (key) => [key, '-', '+'],
  XREADGROUP: (key) => ['GROUP', 'astro_sync', 'relay', 'STREAMS', key, '0'],
  XREVRANGE: (key) => [key, '+', '-'],
  ZADD: (key) => [key, '0', 'm'],
  ZREM: (key) => [key, 'm'],
  ZSCAN: (key) => [key, '0'],
  ZSCORE: (key) => [key, 'm'],
};
