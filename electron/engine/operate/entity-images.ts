import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import { isDataError } from '../compare/server-errors';
import type { Environment } from '../connect/environment';
import { reading } from '../connect/kept-connections';
import { keysIn } from '../dataset/key-predicates';
import { sourceSelect, targetSelect, textColumns } from '../dataset/projection';
import type { Side } from '../dataset/projection';
import type { ResolvedDataset, ResolvedRedisTarget } from '../dataset/resolved';
import { parseTemplate, renderTemplate } from '../dataset/template';
import type { EntityKey } from '../run/driver';

/** Column → canonical text, of one entity on one side; null where it is not there. */
export type EntityImage = Readonly<Record<string, string | null>> | null;

/**
 * Reads an entity as it is now on one side, through the projection.
 * @throws SyncError CONNECT_FAILED
 */
export async function readImage(
  environment: Environment,
  dataset: ResolvedDataset,
  side: Side,
  key: EntityKey,
): Promise<EntityImage> {
  const { database, engine } = dataset[side];
  if (engine === 'postgres') {
    return reading(environment.postgres(database), 'explain', (client) => postgresImage(client, dataset, side, key));
  }
  if (side === 'source' || dataset.target.engine !== 'redis') return null;
  const redis = await environment.redis(database).connect('explain');
  try {
    return await redisImage(redis, dataset, dataset.target, key);
  } finally {
    redis.disconnect();
  }
}

async function postgresImage(
  client: Client,
  dataset: ResolvedDataset,
  side: Side,
  key: EntityKey,
): Promise<EntityImage> {
  const parts = { columns: textColumns(dataset, side), predicate: keysIn(dataset, side, [key]) };
  const sql = side === 'source' ? sourceSelect(dataset, parts) : targetSelect(dataset, parts);
  try {
    await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = '15s'`);
    const { rows } = await client.query<Record<string, string | null>>(`${sql} LIMIT 1`);
    return rows[0] ?? null;
  } catch (error) {
    // A key that its type cannot read is no key of any row.
    if (isDataError(error)) return null;
    throw error;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function redisImage(
  redis: Redis,
  dataset: ResolvedDataset,
  target: ResolvedRedisTarget,
  key: EntityKey,
): Promise<EntityImage> {
  const values = Object.fromEntries(dataset.key.map(({ name }, at) => [name, key[at] ?? '']));
  const redisKey = renderTemplate(parseTemplate(target.template), values);
  const type = await redis.type(redisKey);
  if (target.kind === 'hash') return type === 'hash' ? withAbsent(dataset, await redis.hgetall(redisKey)) : null;
  const text = type === 'string' ? await redis.get(redisKey) : null;
  if (text === null) return null;
  if (target.kind === 'string') return { [target.value ?? '']: text };
  try {
    const image: unknown = JSON.parse(text);
    if (typeof image !== 'object' || image === null) return null;
    return withAbsent(
      dataset,
      Object.fromEntries(Object.entries(image).map(([name, value]) => [name, jsonText(value)])),
    );
  } catch {
    return null;
  }
}

/** A field that is not there stands for NULL. */
function withAbsent(dataset: ResolvedDataset, fields: Readonly<Record<string, string | null>>): EntityImage {
  return { ...Object.fromEntries(dataset.columns.map(({ name }) => [name, null])), ...fields };
}

function jsonText(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
