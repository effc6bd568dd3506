import type { Explanation } from '../../../../shared/contract/methods/origins';
import type { FieldChange } from '../../components/field-diff';

/** Both images of an entity, column by column: the target as `before`, the source as what it should become. */
export function imageFields({ source, target }: Pick<Explanation, 'source' | 'target'>): FieldChange[] {
  const names = new Set([...Object.keys(source.image ?? {}), ...Object.keys(target.image ?? {})]);
  return [...names].map((name) => ({ name, before: target.image?.[name], after: source.image?.[name] }));
}
