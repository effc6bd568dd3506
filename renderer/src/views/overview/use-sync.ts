import { useState } from 'react';
import { plainRun, preview, startRun } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { invalidate } from '../../store/resource';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { wantLook } from './dataset-state';

/**
 * Sync by one click: of one dataset at once, of several after a question that says the consequence in numbers, as in production always.
 * Where a dataset wants a look first (a gap, never synced, withheld deletes) it leads to the preview. What is on screen may be seconds
 * old, so the state is read anew for that.
 */
export function useSync(): {
  readonly sync: (datasets: readonly string[], ask: boolean) => void;
  readonly busy: boolean;
  readonly asked: readonly string[] | null;
  readonly close: () => void;
} {
  const level = useConsole((state) => state.session?.environment.level);
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const begin = async (datasets: readonly string[], ask: boolean): Promise<void> => {
    const report = await call('environment.status', {});
    if (wantLook(report, datasets).length > 0) await preview(datasets);
    else if (ask || level === 'production') setAsked(datasets);
    else await startRun({ ...plainRun, datasets: [...datasets], confirm: null });
  };
  const sync = (datasets: readonly string[], ask: boolean): void => {
    if (busy) return;
    setBusy(true);
    invalidate('environment.status');
    begin(datasets, ask)
      .catch((error: unknown) => toastFailure('The run did not start', error))
      .finally(() => setBusy(false));
  };
  return { sync, busy, asked, close: () => setAsked(null) };
}
