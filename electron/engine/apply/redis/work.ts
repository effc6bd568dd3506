import { grouped } from '../../../../shared/format-number';
import type { ChainableCommander, Redis } from 'ioredis';
import type { Client } from 'pg';
import { asSyncError } from '../../compare/statement-error';
import { cutOnCancel } from '../../connect/cut-on-cancel';
import type { RedisDatabase } from '../../connect/redis';
import { redisError, redisErrorWord } from '../../connect/redis-errors';
import { restingRedis } from '../../connect/resting-redis';
import type { ResolvedDataset, ResolvedRedisTarget } from '../../dataset/resolved';
import { readTemplate, renderTemplate } from '../../dataset/template';
import { SyncError } from '../../errors';
import type { DriverContext, EntityKey, RowError } from '../../run/driver';
import type { ControlKeys } from './control-keys';
import { controlKeys } from './control-keys';
import type { EncodedBatch, EntityEncoder } from './entity-encoder';
import { entityEncoder } from './entity-encoder';
import type { UnusableValue } from './index-entries';
import type { RedisSelect } from './redis-select';
import { redisSelect } from './redis-select';
import type { RedisScript } from './redis-script';
import { callScript } from './redis-script';
import { sourceReaders } from './source-readers';
import { checkRedisTarget } from '../../connect/redis-facts';
import { throwIfCancelled } from '../../cancelled';

/** One dataset in one run, opened against Redis: what every step of the driver shares. */
export interface RedisWork {
  readonly context: DriverContext;
  readonly dataset: ResolvedDataset;
  readonly target: ResolvedRedisTarget;
  readonly database: RedisDatabase;
  readonly select: RedisSelect;
  /** Where the key's columns stand in a row of the select, in key order. */
  readonly keyFields: readonly number[];
  readonly encoder: EntityEncoder;
  readonly control: ControlKeys;
  /** The connection for looking keys up in the source's snapshot; one query at a time. */
  source(): Promise<Client>;
  /** A further connection in the snapshot, for streaming; disconnectSource ends it, also in the middle of a COPY. */
  connectSource(): Promise<Client>;
  disconnectSource(client: Client): Promise<void>;
  /** Asks Redis; its errors become typed. @throws SyncError as redisError gives it */
  ask<T>(question: (redis: Redis) => Promise<T>): Promise<T>;
  /** Asks many things at once; null for each that failed with the tolerated word. @throws SyncError for the first other failure */
  askMany(build: (pipeline: ChainableCommander) => void, tolerated?: string): Promise<unknown[]>;
  /** Runs a script of the ledger; mode w proves the fence first. */
  run(script: RedisScript, mode: 'w' | 'd', args: readonly string[], batch?: EncodedBatch): Promise<unknown>;
  /** The number of the last batch that is known to be written. */
  acknowledged(): number;
  acknowledge(batch: number): void;
  /** The Redis key of an entity, and back; null where the key is not of the dataset's template. */
  redisKey(key: EntityKey): string;
  entityKey(redisKey: string): EntityKey | null;
  /** A key by the names of its columns. */
  named(key: EntityKey): Record<string, string>;
  /** Notes an entity that could not be written, for tellRowErrors. */
  rowError(error: Refusal): void;
  /** Reports what was noted: as an update of what is there, and an insert of what is not. @throws SyncError ROW_ERROR_LIMIT */
  tellRowErrors(): Promise<void>;
  /** Gives its connections back until they are needed again; nothing may be going on. */
  rest(): void;
  close(): Promise<void>;
}

/** Why an entity was not written. */
export type Refusal = Omit<RowError, 'dataset' | 'key' | 'operation'> & { readonly entity: EntityKey };

/**
 * Opens connections and checks the server.
 * @throws SyncError CONNECT_FAILED, REDIS_CLUSTER, REDIS_EVICTING, REDIS_READONLY, TEMPLATE_INVALID, NOT_SUPPORTED
 */
export async function openRedisWork(context: DriverContext): Promise<RedisWork> {
  const { dataset, write } = context;
  const { source, target } = dataset;
  const database = context.target;
  const snapshot = context.source?.snapshot;
  if (
    database.engine !== 'redis' ||
    target.engine !== 'redis' ||
    source.engine !== 'postgres' ||
    snapshot === undefined
  ) {
    throw new SyncError('NOT_SUPPORTED', `Dataset "${dataset.name}": a Redis target needs a PostgreSQL source`, {
      details: { dataset: dataset.name },
    });
  }
  const select = redisSelect(dataset, target);
  const encoder = entityEncoder(dataset, target, select);
  const control = controlKeys(dataset.name);
  const connection = restingRedis(database, `apply ${dataset.name}`, (redis) => checkRedisTarget(redis, database));
  await connection.client();
  const uncut = cutOnCancel(context.signal, () => connection.end());
  const failed = (cause: unknown): SyncError => {
    throwIfCancelled(context.signal);
    return redisError(database.label, cause);
  };
  const keys = [control.applied, control.owned, control.claims, control.totals];
  const ask = async <T>(question: (client: Redis) => Promise<T>): Promise<T> => {
    try {
      return await question(await connection.client());
    } catch (cause) {
      throw failed(cause);
    }
  };
  const named = (key: EntityKey): Record<string, string> =>
    Object.fromEntries(dataset.key.map(({ name }, at) => [name, key[at] ?? '']));
  const redisKey = (key: EntityKey): string => renderTemplate(encoder.template, named(key));
  const askMany: RedisWork['askMany'] = async (build, tolerated) => {
    const replies = await ask((redis) => {
      const pipeline = redis.pipeline();
      build(pipeline);
      return pipeline.exec();
    });
    return (replies ?? []).map(([failure, reply]) => {
      if (failure === null) return reply;
      if (redisErrorWord(failure) === tolerated) return null;
      throw redisError(database.label, failure);
    });
  };
  const refused: Refusal[] = [];
  const readers = sourceReaders(context, snapshot);
  let client: Promise<Client> | null = null;
  let acknowledged = 0;
  let rowErrors = 0;
  return {
    context,
    dataset,
    target,
    database,
    select,
    keyFields: dataset.key.map(({ name }) => dataset.columns.findIndex((column) => column.name === name)),
    encoder,
    control,
    connectSource: () => readers.open(`stream ${dataset.name}`),
    disconnectSource: (stream) => readers.close(stream),
    source: () => (client ??= readers.open(`read ${dataset.name}`)),
    ask,
    askMany,
    async run(script, mode, args, batch) {
      const common = [mode, write?.fence ?? '0', write?.runId ?? '', String(acknowledged)];
      const call = { script, keys, args: [...common, ...args], ...(batch === undefined ? {} : { batch }) };
      const reply = await ask((redis) => callScript(redis, database.label, call, context.signal));
      const number: unknown = Array.isArray(reply) ? reply[0] : 0;
      if (typeof number === 'number') acknowledged = Math.max(acknowledged, number);
      return reply;
    },
    acknowledged: () => acknowledged,
    acknowledge: (batch) => (acknowledged = Math.max(acknowledged, batch)),
    redisKey,
    entityKey(redisKey) {
      const values = readTemplate(encoder.template, redisKey);
      return values === null ? null : dataset.key.map(({ name }) => values[name] ?? '');
    },
    named,
    rowError: (error) => {
      if (write !== null) refused.push(error);
    },
    async tellRowErrors() {
      if (write === null || refused.length === 0) return;
      const some = refused.splice(0);
      const there = await askMany((pipeline) => {
        for (const { entity } of some) pipeline.exists(redisKey(entity));
      });
      for (const [at, { entity, ...error }] of some.entries()) {
        rowErrors += 1;
        const masked = dataset.columns.some(({ name, masked: hidden }) => hidden && name === error.column);
        write.onRowError({
          ...error,
          dataset: dataset.name,
          key: named(entity),
          operation: there[at] === 1 ? 'update' : 'insert',
          value: masked ? null : (error.value?.slice(0, 200) ?? null),
        });
        if (rowErrors <= write.rowErrorLimit) continue;
        throw new SyncError(
          'ROW_ERROR_LIMIT',
          `Dataset "${dataset.name}": more than ${grouped(write.rowErrorLimit)} rows failed`,
          {
            hint: 'See "astro-sync errors"; correct the rows or the definition, then run again.',
            details: { dataset: dataset.name },
          },
        );
      }
    },
    rest() {
      connection.rest();
      client?.then(
        (reader) => readers.giveBack(reader),
        () => undefined,
      );
      client = null;
    },
    async close() {
      uncut();
      connection.end();
      const opened = await client?.catch(() => null);
      if (opened) await readers.close(opened);
      readers.dispose();
    },
  };
}

/** The row error of a value that cannot be part of an entity. */
export function unusableRow(bad: UnusableValue, entity: EntityKey): Refusal {
  return { entity, column: bad.column, value: bad.value, sqlstate: 'SCORE', reason: bad.reason };
}

/** @throws SyncError CANCELLED when the run is cancelled */
export function stopIfCancelled(work: RedisWork): void {
  throwIfCancelled(work.context.signal);
}

/** The typed error for a source that could not be read. @throws SyncError CANCELLED where that is why */
export function sourceError(work: RedisWork, cause: unknown): SyncError {
  const { dataset, context } = work;
  if (cause instanceof SyncError) return cause;
  stopIfCancelled(work);
  return asSyncError(cause, dataset, context.source?.database.label ?? dataset.source.database);
}
