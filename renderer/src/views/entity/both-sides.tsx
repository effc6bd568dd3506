import type { Explanation } from '../../../../shared/contract/methods/origins';
import { ErrorState } from '../../components/error-state';
import { FieldDiff } from '../../components/field-diff';
import { imageFields, imageLabels } from './image-fields';

type Side = Explanation['source'];

/** Both images of an entity; in place of one that is not there, or cannot be read now, what is known of that. */
export function BothSides({
  sides,
  now = '',
  onRetry,
}: {
  readonly sides: Pick<Explanation, 'source' | 'target' | 'differs'>;
  readonly now?: string;
  readonly onRetry?: () => void;
}) {
  const { source, target } = sides;
  return (
    <>
      {source.available ? null : (
        <p className="soft entity__note">The source is a stream: it has changes, and no current row.</p>
      )}
      <OneSide name="source" side={source} onRetry={onRetry} />
      <OneSide name="target" side={target} onRetry={onRetry} />
      {source.image === null && target.image === null ? null : (
        <FieldDiff fields={imageFields(sides)} labels={imageLabels(sides, now)} />
      )}
    </>
  );
}

function OneSide({
  name,
  side,
  onRetry,
}: {
  readonly name: 'source' | 'target';
  readonly side: Side;
  readonly onRetry: (() => void) | undefined;
}) {
  if (side.error !== null)
    return (
      <ErrorState
        title={`The ${name} (${side.database}) could not be read`}
        failure={side.error}
        {...(onRetry === undefined ? {} : { onRetry })}
      />
    );
  if (!side.available || side.image !== null) return null;
  return <p className="warn">It is not in the {name === 'source' ? 'source (any more)' : 'target'}.</p>;
}
