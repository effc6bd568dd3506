import type { Client } from 'pg';
import type { Parameter } from './job-filter';
import { readKeyText } from './key-text';

/** Pieces of a query that finds the jobs of an entity by the unique index, in one dataset or in all that have jobs. */
export interface EntityLookup {
  /** For WITH RECURSIVE: d(dataset). */
  readonly withSql: string;
  readonly dataset: string;
  /** The entity as job_queue.entity has it in dataset d; NULL where this can be no key of it. */
  readonly entitySql: string;
}

/** Names of the keys' columns by dataset, in key order, where that is known: SystemDB keeps keys as jsonb, which knows no order. */
export type KeyColumns = Readonly<Record<string, readonly string[]>>;

/**
 * @param entity the one key value; values in key order (300 · 1); columns with their values (order_id=300, line=1); or JSON: an object
 *   of key columns. The names of a dataset's key columns are taken from any of its jobs; a value that could be read as one of the other
 *   forms is meant where the key has one column of another name.
 * @param columns of a dataset that is not among them the values are taken in the order in which its keys are shown
 */
export function entityLookup(
  entity: string,
  dataset: string | undefined,
  columns: KeyColumns,
  parameter: Parameter,
): EntityLookup {
  const next = (after: string): string =>
    `SELECT q.dataset FROM astro_sync.job_queue q ${after} ORDER BY q.dataset LIMIT 1`;
  const withSql =
    dataset === undefined
      ? `d(dataset) AS ((${next('')}) UNION ALL SELECT (${next('WHERE q.dataset > d.dataset')}) FROM d WHERE d.dataset IS NOT NULL)`
      : `d(dataset) AS (SELECT ${parameter(dataset)}::text COLLATE "C")`;
  const { named, values, json } = readKeyText(entity);
  const keyOf = (object: object): string =>
    `astro_sync.entity_of(${parameter(JSON.stringify(asTexts(object)))}::jsonb)`;
  if (json) return { withSql, dataset: 'd.dataset', entitySql: keyOf(named ?? {}) };
  const names = Object.keys(named ?? {});
  const byName =
    named === null
      ? ''
      : `WHEN count(*) = ${String(names.length)} AND bool_and(name = ANY (${parameter(names)}::text[])) THEN ${keyOf(named)}`;
  const place =
    (): string => `coalesce((SELECT c.at FROM json_array_elements_text(${parameter(JSON.stringify(columns))}::json -> d.dataset)
    WITH ORDINALITY AS c(name, at) WHERE c.name = k.name), k.at)::int`;
  const inOrder =
    values.length === 1
      ? ''
      : `WHEN count(*) = ${String(values.length)} THEN astro_sync.entity_of(jsonb_object_agg(name, (${parameter(values)}::text[])[${place()}]))`;
  const entitySql = `(SELECT CASE ${byName} WHEN count(*) = 1 THEN astro_sync.entity_of(jsonb_object_agg(name, ${parameter(entity)}::text)) ${inOrder} END
    FROM (
      SELECT q.entity_key FROM astro_sync.job_queue q WHERE q.dataset = d.dataset AND q.entity <> '{}' ORDER BY q.entity LIMIT 1
    ) any_job CROSS JOIN LATERAL jsonb_object_keys(any_job.entity_key) WITH ORDINALITY AS k(name, at))`;
  return { withSql, dataset: 'd.dataset', entitySql };
}

/** Entities with jobs whose key is exactly this, at most one of each dataset, by the datasets' names. */
export async function findEntities(
  system: Client,
  text: string,
  limit: number,
  columns: KeyColumns = {},
): Promise<{ readonly dataset: string; readonly key: Record<string, string> }[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${String(values.push(value))}`;
  const { withSql, dataset, entitySql } = entityLookup(text, undefined, columns, parameter);
  const { rows } = await system.query<{ dataset: string; key: Record<string, string> }>(
    `WITH RECURSIVE ${withSql}
     SELECT j.dataset, j.entity_key AS key FROM d CROSS JOIN LATERAL (
       SELECT j.dataset, j.entity_key FROM astro_sync.job_queue j WHERE j.dataset = ${dataset} AND j.entity = ${entitySql} LIMIT 1
     ) j ORDER BY j.dataset LIMIT ${parameter(limit)}`,
    values,
  );
  return rows;
}

function asTexts(object: object): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, String(value)]));
}
