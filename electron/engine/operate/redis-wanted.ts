import type { DatasetDefinition, IndexDefinition } from '../../../shared/definitions/dataset';
import { parseTemplate, scanPattern } from '../dataset/template';
import { controlPrefix } from '../stream/names';

/** Commands that a dataset sends, itself or in its scripts, to the keys of one pattern; pattern null: commands that take no key. */
export interface WantedCommands {
  readonly dataset: string;
  readonly database: string;
  readonly pattern: string | null;
  /** A key of the pattern. */
  readonly key: string;
  readonly commands: readonly string[];
}

/** The keys under `astro_sync:`: applied, ledger, claims, totals, waiting deletes, rebuilt indexes, identity. */
const control = `EXISTS EXPIRE GET HDEL HEXISTS HGET HGETALL HINCRBY HLEN HMGET HSCAN HSET HSETNX PERSIST RENAME SADD SCARD SETNX SSCAN
  UNLINK ZADD`;
const anyEntity = 'EXISTS PTTL TYPE UNLINK PERSIST';
const entity = {
  hash: `${anyEntity} HDEL HGET HGETALL HSET`,
  json: `${anyEntity} GET MGET MSET SET`,
  string: `${anyEntity} GET MGET MSET SET`,
} as const;
const index = {
  set: 'EXISTS PERSIST RENAME SADD SCARD SISMEMBER SREM SSCAN TYPE UNLINK',
  zset: 'EXISTS PERSIST RENAME TYPE UNLINK ZADD ZCARD ZREM ZSCAN ZSCORE',
  string: 'GET SET TYPE UNLINK',
} as const;
const forTargets = 'DISCARD EVALSHA EXEC INFO MULTI SCAN SCRIPT|LOAD TIME WATCH';
const stream = 'TYPE XACK XGROUP|CREATE XGROUP|SETID XINFO|GROUPS XINFO|STREAM XRANGE XREADGROUP XREVRANGE';
const forStreams = 'DISCARD EVAL EXEC INFO MULTI SCAN';

/** The rights that init and runs of this dataset need in Redis; a definition tells all of them. */
export function wantedCommands({ name, source, target }: DatasetDefinition): WantedCommands[] {
  const on = (database: string, pattern: string | null, key: string, commands: string): WantedCommands => ({
    dataset: name,
    database,
    pattern,
    key,
    commands: commands.split(/\s+/u),
  });
  const inTarget = (commands: string, template: string): WantedCommands =>
    on(target.database, scanPattern(parseTemplate(template)), sampleKey(template), commands);
  const entities = 'table' in target ? null : target;
  const kind = entities === null ? null : 'hash' in entities ? 'hash' : 'json' in entities ? 'json' : 'string';
  const template =
    'hash' in target ? target.hash : 'json' in target ? target.json : 'string' in target ? target.string : '';
  return [
    ...(entities === null || kind === null
      ? []
      : [
          on(target.database, null, '', forTargets),
          on(target.database, `${controlPrefix}*`, `${controlPrefix}applied:${name}`, control),
          inTarget(`${entity[kind]}${entities.ttl === undefined ? '' : ' PEXPIRE'}`, template),
          ...(entities.indexes ?? []).map((each) => inTarget(index[kindOf(each)], templateOf(each))),
        ]),
    ...('stream' in source
      ? [
          on(source.database, null, '', forStreams),
          on(source.database, `${controlPrefix}*`, `${controlPrefix}loss:${source.stream}`, 'DEL GET SETNX UNLINK'),
          on(source.database, source.stream, source.stream, stream),
        ]
      : []),
  ];
}

function kindOf(each: IndexDefinition): keyof typeof index {
  return 'set' in each ? 'set' : 'zset' in each ? 'zset' : 'string';
}

function templateOf(each: IndexDefinition): string {
  return 'set' in each ? each.set : 'zset' in each ? each.zset : each.string;
}

/** A key as an entity with the number 0 would have it. */
function sampleKey(template: string): string {
  return parseTemplate(template)
    .map((part) => (typeof part === 'string' ? part : '0'))
    .join('');
}
