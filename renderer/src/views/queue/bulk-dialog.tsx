import { useState } from 'react';
import type { QueueFilter } from '../../../../shared/contract/methods/queue';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorState } from '../../components/error-state';
import { TextField } from '../../components/field';
import { Skeleton } from '../../components/skeleton';
import { counted } from '../../format/number';
import { invalidate, useResource } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';

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
  const count = useResource('queue.count', { filter });
  const [reason, setReason] = useState('');
  const number = count.data;
  const verb = what === 'retry' ? 'Retry' : 'Skip';
  const jobs = number === undefined ? 'jobs' : `${number.exact ? '' : 'more than '}${counted(number.count, 'job')}`;
  const tooMany = number?.exact === false;
  const confirmed = async (confirm: string | null): Promise<void> => {
    const expected = number?.count ?? 0;
    const { changed } =
      what === 'retry'
        ? await call('queue.retry', { filter, expected, confirm })
        : await call('queue.skip', { filter, expected, confirm, reason: reason.trim() });
    toast({
      tone: 'good',
      title: `${counted(changed, 'job')} ${what === 'retry' ? 'put back to pending' : 'skipped'}`,
    });
    invalidate('queue.count', 'queue.job', 'environment.status');
    window.dispatchEvent(new Event('astro-sync:refresh'));
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`${verb} ${jobs}`}
      button={`${verb} ${jobs}`}
      danger={what === 'skip'}
      disabled={number === undefined || number.count === 0 || tooMany || (what === 'skip' && reason.trim() === '')}
      onConfirm={confirmed}
    >
      {count.failure !== null ? (
        <ErrorState title="They could not be counted" failure={count.failure} onRetry={count.reload} />
      ) : number === undefined ? (
        <Skeleton width={180} />
      ) : null}
      <p>
        The {filter.status.join(' or ')} jobs{filter.dataset === null ? ' of all datasets' : ` of ${filter.dataset}`}
        {filter.entity === null ? '' : ` for the entity ${filter.entity}`}.{' '}
        {what === 'retry'
          ? 'They go back to pending; the next run applies the current row of each.'
          : 'They will not be applied, and the target stays as it is until a full run. Each keeps your reason.'}
        {number?.count === 0 ? ' There is none.' : ''}
        {tooMany ? ' That is more than can be changed at once: narrow the filter.' : ''}
      </p>
      {what === 'skip' ? (
        <TextField label="Reason, kept with each job" value={reason} maxLength={500} onChange={setReason} />
      ) : null}
    </ConfirmDialog>
  );
}
