/**
 * The SQL condition for the jobs of one entity (table alias j). An entity is given as its one key value, or as JSON: an object of
 * key columns. With a dataset the unique index serves: the names of its key are taken from any job of it.
 */
export function entityCondition(
  entity: string,
  dataset: string | undefined,
  parameter: (value: unknown) => string,
): string {
  const object = asObject(entity);
  if (object !== null) return `j.entity = ${parameter(JSON.stringify(object))}::jsonb::text`;
  const value = parameter(entity);
  if (dataset === undefined)
    return `EXISTS (SELECT 1 FROM jsonb_each_text(j.entity_key) one WHERE one.value = ${value})`;
  return `j.entity = (
    SELECT jsonb_object_agg(name, ${value}::text)::text FROM (
      SELECT entity_key FROM astro_sync.job_queue WHERE dataset = ${parameter(dataset)} AND entity_key <> '{}' LIMIT 1
    ) any_job CROSS JOIN LATERAL jsonb_object_keys(any_job.entity_key) AS name)`;
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
