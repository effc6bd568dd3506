import type { Explanation } from '../../../../shared/contract/methods/origins';
import type { FieldChange } from '../../components/field-diff';

type Sides = Pick<Explanation, 'source' | 'target'>;

/** A stream has no image, and a side that could not be read now shows none. */
function hasImages({ available, error }: Explanation['source']): boolean {
  return available && error === null;
}

/** Whether both sides are known, so that they can be compared. */
export function bothKnown({ source, target }: Sides): boolean {
  return hasImages(source) && hasImages(target);
}

/** What the columns of the images are called that are known: the target's first. */
export function imageLabels({ source, target }: Sides, now = ''): readonly [string, string?] {
  const ofTarget = `Target${now} (${target.database})`;
  const ofSource = `Source${now} (${source.database})`;
  if (!hasImages(source)) return [ofTarget];
  return hasImages(target) ? [ofTarget, ofSource] : [ofSource];
}

/**
 * Both images of an entity, column by column: the target as `before`, the source as what it should become. Where the target could not
 * be read, the source alone.
 */
export function imageFields({ source, target, differs }: Sides & Pick<Explanation, 'differs'>): FieldChange[] {
  if (!hasImages(target))
    return Object.entries(source.image ?? {}).map(([name, value]) => ({ name, before: value, after: undefined }));
  const names = new Set([...Object.keys(source.image ?? {}), ...Object.keys(target.image ?? {})]);
  return [...names].map((name) => ({
    name,
    before: target.image?.[name],
    after: source.image?.[name],
    differs: differs.includes(name),
  }));
}
