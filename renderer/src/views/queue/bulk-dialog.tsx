import { useRef, useState } from 'react';
import type { InputOf, OutputOf } from '../../../../shared/contract/contract';
import type { QueueFilter } from '../../../../shared/contract/methods/queue';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorState } from '../../components/error-state';
import { TextField } from '../../components/field';
import { Skeleton } from '../../components/skeleton';
import { counted, grouped } from '../../format/number';
import { invalidate, useResource } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';
import { knownSession } from '../../wire/known-session';
import { filterWords } from './filter-words';
import { syncOf } from './sync-of';

/** Asks before all jobs that match are retried or skipped; the number that is shown is the most that will be changed. */
export function BulkDialog({
  what,
  filter,
  onClose,
}: {
  readonly what: 'retry' | 'skip';
  readonly filter: QueueFilter;
  readonly onClose: () => void;
}) {
  // Counted for this question alone: what was counted for an earlier one may be old.
  const count = useResource('queue.countAll', { filter }, undefined, true);
  const [reason, setReason] = useState('');
  const number = count.loading ? undefined : count.data;
  const verb = what === 'retry' ? 'Retry' : 'Skip';
  const jobs = number === undefined ? 'jobs' : counted(number.count, 'job');
  const stopped = useRef(new AbortController());
  const [done, setDone] = useState<number | null>(null);
  const confirmed = async (confirm: string | null): Promise<void> => {
    const expected = number?.count ?? 0;
    let changed = 0;
    let from: InputOf<'queue.retry'>['from'] = null;
    // Every part is meant for the environment of the question, whatever is opened meanwhile.
    const session = knownSession();
    stopped.current = new AbortController();
    const { signal } = stopped.current;
    try {
      do {
        const part = { filter, expected: expected - changed, confirm, from };
        const answer: OutputOf<'queue.retry'> =
          what === 'retry'
            ? await call('queue.retry', part, session)
            : await call('queue.skip', { ...part, reason: reason.trim() }, session);
        changed += answer.changed;
        from = answer.rest;
        setDone(changed);
      } while (from !== null && !signal.aborted);
    } finally {
      setDone(null);
      invalidate('queue.count', 'queue.countAll', 'queue.job', 'environment.status');
      window.dispatchEvent(new Event('astro-sync:refresh'));
    }
    const named = filter.dataset === null ? [] : [filter.dataset];
    toast({
      tone: from === null ? 'good' : 'info',
      title: `${counted(changed, 'job')} ${what === 'retry' ? 'put back to pending' : 'skipped'}${from === null ? '' : '; the rest stays as it was'}`,
      // Nothing tries them by itself.
      link: what === 'skip' ? null : { text: `Sync ${filter.dataset ?? 'all'} …`, to: syncOf(named) },
    });
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`${verb} ${jobs}`}
      button={`${verb} ${jobs}`}
      danger={what === 'skip'}
      disabled={number === undefined || number.count === 0 || (what === 'skip' && reason.trim() === '')}
      onConfirm={confirmed}
    >
      {count.failure !== null ? (
        <ErrorState title="They could not be counted" failure={count.failure} onRetry={count.reload} />
      ) : number === undefined ? (
        <>
          <Skeleton width={180} />
          <p className="small soft">They are being counted.</p>
        </>
      ) : null}
      <p>
        {filterWords(filter)}{' '}
        {what === 'retry'
          ? 'They go back to pending; the next run applies the current row of each.'
          : 'They will not be applied: the target stays as it is until a later change of the row, or a full run, which compares it again and fails again where the target still refuses it. Each keeps your reason.'}
        {number?.count === 0 ? ' There is none.' : ''}
      </p>
      {done === null ? null : (
        <p className="row" role="status">
          {grouped(done)} of {grouped(number?.count ?? done)} done
          <Button small onClick={() => stopped.current.abort()}>
            Stop after this part
          </Button>
        </p>
      )}
      {what === 'skip' ? (
        <TextField label="Reason, kept with each job" value={reason} maxLength={500} onChange={setReason} />
      ) : null}
    </ConfirmDialog>
  );
}
