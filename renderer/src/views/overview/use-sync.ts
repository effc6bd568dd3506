import { useCallback, useState } from 'react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { invalidate } from '../../store/resource';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';

/** What is asked before a sync: of these datasets (none: all), as they stood when it was asked for. */
export interface SyncQuestion {
  readonly datasets: readonly string[];
  readonly report: StatusReport;
}

/**
 * Sync from wherever it is asked for, of one dataset or all: a question that says the consequence in numbers. What is on screen may be
 * seconds old, so the state is read anew for it.
 */
export function useSync(): {
  readonly sync: (datasets: readonly string[]) => void;
  readonly busy: boolean;
  readonly asked: SyncQuestion | null;
  readonly close: () => void;
} {
  const [asked, setAsked] = useState<SyncQuestion | null>(null);
  const [busy, setBusy] = useState(false);
  const sync = useCallback((datasets: readonly string[]): void => {
    setBusy(true);
    invalidate('environment.status');
    call('environment.status', {})
      .then((report) => setAsked({ datasets, report }))
      .catch((error: unknown) => toastFailure('The run did not start', error))
      .finally(() => setBusy(false));
  }, []);
  return { sync, busy, asked, close: () => setAsked(null) };
}
