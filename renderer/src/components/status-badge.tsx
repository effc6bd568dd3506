import type { ReactNode } from 'react';
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  GitCompare,
  LoaderCircle,
  SkipForward,
  TriangleAlert,
  Unplug,
} from 'lucide-react';
import type { JobStatus, RunStatus } from '../../../shared/engine/documents';
import { exact } from '../format/time';
import type { Tone } from './badge';
import { Badge } from './badge';

const size = 13;
const turning = <LoaderCircle size={size} className="badge__turning" aria-hidden />;
const looks: Readonly<
  Record<RunStatus | JobStatus, { readonly tone: Tone; readonly icon: ReactNode; readonly text: string }>
> = {
  queued: { tone: 'idle', icon: <Clock size={size} aria-hidden />, text: 'Queued' },
  planning: { tone: 'info', icon: turning, text: 'Planning' },
  running: { tone: 'info', icon: turning, text: 'Running' },
  verifying: { tone: 'info', icon: turning, text: 'Verifying' },
  succeeded: { tone: 'good', icon: <CircleCheck size={size} aria-hidden />, text: 'Succeeded' },
  partial: { tone: 'warn', icon: <TriangleAlert size={size} aria-hidden />, text: 'Partial' },
  failed: { tone: 'bad', icon: <CircleX size={size} aria-hidden />, text: 'Failed' },
  cancelled: { tone: 'idle', icon: <Ban size={size} aria-hidden />, text: 'Cancelled' },
  interrupted: { tone: 'warn', icon: <Unplug size={size} aria-hidden />, text: 'Interrupted' },
  pending: { tone: 'idle', icon: <Clock size={size} aria-hidden />, text: 'Pending' },
  completed: { tone: 'good', icon: <CircleCheck size={size} aria-hidden />, text: 'Completed' },
  skipped: { tone: 'idle', icon: <SkipForward size={size} aria-hidden />, text: 'Skipped' },
  conflict: { tone: 'warn', icon: <GitCompare size={size} aria-hidden />, text: 'Conflict' },
};

/**
 * The status of a run or of a job. One that this page does not know is shown as it is.
 * `silentSince`: a run that has not ended gives no sign of life since then
 */
export function StatusBadge({
  status,
  silentSince = null,
}: {
  readonly status: string;
  readonly silentSince?: string | null | undefined;
}) {
  if (silentSince !== null)
    return (
      <Badge
        tone="warn"
        icon={<Unplug size={size} aria-hidden />}
        title={`No sign of life since ${exact(silentSince)}, probably interrupted`}
      >
        Interrupted?
      </Badge>
    );
  if (!isKnown(status)) {
    const icon = status === '' ? <CircleDashed size={size} aria-hidden /> : <CircleAlert size={size} aria-hidden />;
    return (
      <Badge tone="idle" icon={icon}>
        {status === '' ? 'None' : status}
      </Badge>
    );
  }
  const { tone, icon, text } = looks[status];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}

function isKnown(status: string): status is RunStatus | JobStatus {
  return Object.hasOwn(looks, status);
}
