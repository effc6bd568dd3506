/** SQL: a text, or its first characters and how many it has. */
export function cutText(text: string, most: string): string {
  return `CASE WHEN length(${text}) > ${most}
    THEN left(${text}, ${most}) || '… (' || to_char(length(${text}), 'FM999,999,999,999') || ' characters)' ELSE ${text} END`;
}

/** SQL: the values of a jsonb object, the more of them the shorter; anything else as it is. */
export function cutValues(
  values: string,
  { least, most, together }: { readonly least: number; readonly most: number; readonly together: number },
): string {
  return `CASE WHEN jsonb_typeof(${values}) = 'object' AND ${values} <> '{}' THEN (
    SELECT jsonb_object_agg(e.key, ${cutText('e.value', 'e.most')})
    FROM (
      SELECT key, value, least(${String(most)}, greatest(${String(least)}, ${String(together)} / count(*) OVER ()))::int AS most
      FROM jsonb_each_text(${values})
    ) e
  ) ELSE ${values} END`;
}
