import { counted } from '../../format/number';
import { capital } from '../../format/capital';
import type { WaitingOf } from './use-waiting';

/** That changes are captured and not yet in the queue, and how they come into it. */
export function notQueuedWords(
  { captured, exact, dataset }: Pick<WaitingOf, 'captured' | 'exact' | 'dataset'>,
  readOnly: boolean,
): readonly [string, string] {
  const of = dataset === null ? '' : ` of ${dataset}`;
  const are = captured === 1 ? 'is' : 'are';
  return [
    capital(`${exact ? '' : 'up to '}${counted(captured, 'change')}${of} ${are} captured and not yet in the queue`),
    readOnly
      ? 'A preview through an environment that is not read-only brings them into it.'
      : 'The next preview, run or verification brings them into it.',
  ];
}
