import type { Explanation } from '../../../../shared/contract/methods/origins';
import type { FieldChange } from '../../components/field-diff';

/** What the columns of both images are called; a stream has no image, and so no column. */
export function imageLabels(
  { source, target }: Pick<Explanation, 'source' | 'target'>,
  now = '',
): readonly [string, string?] {
  const of = (side: string, database: string): string => `${side}${now} (${database})`;
  const left = of('Target', target.database);
  return source.available ? [left, of('Source', source.database)] : [left];
}

/** Both images of an entity, column by column: the target as `before`, the source as what it should become. */
export function imageFields({ source, target }: Pick<Explanation, 'source' | 'target'>): FieldChange[] {
  const names = new Set([...Object.keys(source.image ?? {}), ...Object.keys(target.image ?? {})]);
  return [...names].map((name) => ({ name, before: target.image?.[name], after: source.image?.[name] }));
}
