import { BellOff, CheckCheck } from 'lucide-react';
import { visibleText } from '../../../../shared/visible';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { SkeletonRows } from '../../components/skeleton';
import { When } from '../../components/when';
import { href } from '../../router/router';
import { invalidate, useResource } from '../../store/resource';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { alertWords } from '../../format/alert-words';
import { shortId } from '../../format/id';
import { kindOfAlert } from '../../format/run-kind';
import './inbox.css';

const tones = {
  failed: 'bad',
  partial: 'warn',
  interrupted: 'warn',
  stalled: 'warn',
  cancelled: 'idle',
  succeeded: 'good',
} as const;

/** Alerts, the newest first. */
export function Inbox({ onClose }: { readonly onClose: () => void }) {
  const inbox = useResource('alerts.list', {});
  const alerts = inbox.data?.alerts;
  const change = (what: Promise<unknown>): void => {
    what.then(
      // How many are unread the host tells: another may have come meanwhile.
      () => invalidate('alerts.list'),
      (error: unknown) => toastFailure('The alerts stay as they are', error),
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="l"
      title="Alerts"
      actions={
        <>
          <Button disabled={(alerts?.length ?? 0) === 0} onClick={() => change(call('alerts.clear', {}))}>
            Clear all
          </Button>
          <Button
            icon={<CheckCheck size={15} aria-hidden />}
            disabled={(inbox.data?.unread ?? 0) === 0}
            onClick={() => change(call('alerts.markRead', { ids: null }))}
          >
            Mark all as read
          </Button>
        </>
      }
    >
      {alerts === undefined ? (
        inbox.failure === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState title="The alerts could not be read" failure={inbox.failure} onRetry={inbox.reload} />
        )
      ) : alerts.length === 0 ? (
        <EmptyState icon={<BellOff size={22} aria-hidden />} title="No alerts">
          When a run fails, stalls or is interrupted, it is told here and by a notice of your system.
        </EmptyState>
      ) : (
        <ul className="inbox">
          {alerts.map(({ id, at, environment, run, reason, title, body, read }) => (
            <li key={id} className={read ? '' : 'inbox__unread'}>
              <Badge tone={tones[reason]}>{alertWords[reason]}</Badge>
              <div className="grow">
                <p className="strong">{visibleText(title)}</p>
                <p className="soft">{visibleText(body)}</p>
                <p className="small soft">
                  {title.startsWith(`${environment}: `) ? null : `${environment}, `}
                  <When at={at} />
                  {read ? null : <span className="only-read">, unread</span>}
                  {run === null ? null : (
                    <>
                      {' · '}
                      <a href={href(`/runs/${run}`)} onClick={onClose}>
                        Open {kindOfAlert({ environment, title })} {shortId(run)}
                      </a>
                    </>
                  )}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
