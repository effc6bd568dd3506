import type { Client } from 'pg';
import type { Parameter } from './job-filter';

/** Pieces of a query that finds the jobs of an entity by the unique index, in one dataset or in all that have jobs. */
export interface EntityLookup {
  /** For WITH RECURSIVE: d(dataset). */
  readonly withSql: string;
  readonly dataset: string;
  /** The entity as job_queue.entity has it in dataset d; NULL where this can be no key of it. */
  readonly entitySql: string;
}

/**
 * @param entity the one key value, or JSON: an object of key columns. The name of a single key column is taken from any job of the
 *   dataset.
 */
export function entityLookup(entity: string, dataset: string | undefined, parameter: Parameter): EntityLookup {
  const next = (after: string): string =>
    `SELECT q.dataset FROM astro_sync.job_queue q ${after} ORDER BY q.dataset LIMIT 1`;
  const withSql =
    dataset === undefined
      ? `d(dataset) AS ((${next('')}) UNION ALL SELECT (${next('WHERE q.dataset > d.dataset')}) FROM d WHERE d.dataset IS NOT NULL)`
      : `d(dataset) AS (SELECT ${parameter(dataset)}::text COLLATE "C")`;
  const object = asObject(entity);
  const entitySql =
    object === null
      ? `(SELECT CASE WHEN count(*) = 1 THEN astro_sync.entity_of(jsonb_object_agg(name, ${parameter(entity)}::text)) END FROM (
          SELECT q.entity_key FROM astro_sync.job_queue q WHERE q.dataset = d.dataset AND q.entity <> '{}' ORDER BY q.entity LIMIT 1
        ) any_job CROSS JOIN LATERAL jsonb_object_keys(any_job.entity_key) AS name)`
      : `astro_sync.entity_of(${parameter(JSON.stringify(object))}::jsonb)`;
  return { withSql, dataset: 'd.dataset', entitySql };
}

/** Entities with jobs whose key is exactly this, at most one of each dataset, by the datasets' names. */
export async function findEntities(
  system: Client,
  text: string,
  limit: number,
): Promise<{ readonly dataset: string; readonly key: Record<string, string> }[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const { withSql, dataset, entitySql } = entityLookup(text, undefined, parameter);
  const { rows } = await system.query<{ dataset: string; key: Record<string, string> }>(
    `WITH RECURSIVE ${withSql}
     SELECT j.dataset, j.entity_key AS key FROM d CROSS JOIN LATERAL (
       SELECT j.dataset, j.entity_key FROM astro_sync.job_queue j WHERE j.dataset = ${dataset} AND j.entity = ${entitySql} LIMIT 1
     ) j ORDER BY j.dataset LIMIT ${parameter(limit)}`,
    values,
  );
  return rows;
}

function asObject(entity: string): Record<string, string> | null {
  if (!entity.startsWith('{')) return null;
  try {
    const parsed = JSON.parse(entity) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return null;
  }
}
