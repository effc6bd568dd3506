import { Inbox } from 'lucide-react';
import type { QueueFilter } from '../../../../shared/contract/methods/queue';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { counted } from '../../format/number';
import { go, refine } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { wholeWords } from './filter-words';
import { PreviewButton } from './not-queued';
import { notQueuedWords } from './not-queued-words';
import { syncOf } from './sync-of';
import type { WaitingOf } from './use-waiting';

/** As many datasets have a button each. */
const named = 2;

/** Where no job is shown: what waits elsewhere, as the overview counts it, and how to come to it. */
export function EmptyQueue({
  filter,
  filtered,
  waiting,
}: {
  readonly filter: QueueFilter;
  readonly filtered: boolean;
  readonly waiting: WaitingOf | null;
}) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const clear = filtered ? <Button onClick={() => refine({})}>Clear the filter</Button> : null;
  const icon = <Inbox size={22} aria-hidden />;
  const title = filtered ? 'No job matches' : 'The queue is empty';
  const loosen = filtered ? `Loosen the filter, or clear it. ${wholeWords(filter)}` : '';
  if (waiting !== null && meansPending(filter) && waiting.captured > 0) {
    const [words, how] = notQueuedWords(waiting, readOnly);
    // All that is asked for is there: nothing is to be loosened.
    const plain = filtered && !isNarrow(filter);
    return (
      <EmptyState
        icon={icon}
        title={plain ? words : title}
        actions={
          <>
            <PreviewButton waiting={waiting} />
            {clear}
          </>
        }
      >
        {plain ? how : `${words}. ${how} ${loosen}`}
      </EmptyState>
    );
  }
  if (waiting !== null && !meansPending(filter) && waiting.queued > 0)
    return (
      <EmptyState
        icon={icon}
        title={title}
        actions={
          <>
            {(waiting.pending.length > named ? [null] : waiting.pending).map((name) => (
              <Button
                key={name}
                look="primary"
                disabled={readOnly}
                onClick={() => go(syncOf(name === null ? [] : [name]))}
              >
                Sync {name ?? 'all'} …
              </Button>
            ))}
            <Button onClick={() => refine({ dataset: filter.dataset, status: 'pending' })}>Show what is pending</Button>
            {clear}
          </>
        }
      >
        {pendingWords(waiting)}: the next sync applies them, also those that were put back to be tried again.
      </EmptyState>
    );
  return (
    <EmptyState icon={icon} title={title} actions={clear}>
      {filtered
        ? loosen
        : 'Once capture is installed and an application writes, each change stands here with who made it.'}
    </EmptyState>
  );
}

/** Whether the filter asks for what waits. */
export const meansPending = ({ status }: QueueFilter): boolean => status.length === 0 || status.includes('pending');

/** Whether it asks for more of a job than its dataset and status. */
function isNarrow({ dataset: _dataset, status: _status, changes_only: changes, ...rest }: QueueFilter): boolean {
  return changes || Object.values(rest).some((each) => each !== null);
}

function pendingWords({ queued, dataset }: WaitingOf): string {
  const of = dataset === null ? '' : ` of ${dataset}`;
  return `${counted(queued, 'job')}${of} ${queued === 1 ? 'is' : 'are'} pending`;
}
