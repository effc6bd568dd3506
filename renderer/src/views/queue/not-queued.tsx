import { Button } from '../../components/button';
import { preview } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { notQueuedWords } from './not-queued-words';
import type { WaitingOf } from './use-waiting';

/** Brings into the queue what is captured. Nothing does in a read-only environment. */
export function PreviewButton({
  waiting: { dataset },
  small = false,
}: {
  readonly waiting: WaitingOf;
  readonly small?: boolean;
}) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  if (readOnly) return null;
  return (
    <Button
      small={small}
      look={small ? 'plain' : 'primary'}
      onClick={() => void preview(dataset === null ? [] : [dataset])}
    >
      Preview {dataset ?? 'all'}
    </Button>
  );
}

/** Above jobs: that more is captured, so that nobody takes them for all that waits. */
export function NotQueued({ waiting }: { readonly waiting: WaitingOf }) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const [words, how] = notQueuedWords(waiting, readOnly);
  return (
    <p className="row row--wrap small">
      <span className="soft">
        {words}. {how}
      </span>
      <PreviewButton small waiting={waiting} />
    </p>
  );
}
