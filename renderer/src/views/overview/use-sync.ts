import { useState } from 'react';
import { plainRun, preview, startRun } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { toastFailure } from '../../store/toasts';
import { call } from '../../wire/call';
import { datasetState } from './dataset-state';

/**
 * Sync by one click. Where a dataset wants a look first (a gap, never synced, withheld deletes) it leads to the preview; in production
 * it asks for the name. What is on screen may be seconds old, so the state is read anew for that.
 */
export function useSync(): {
  readonly sync: (datasets: readonly string[]) => void;
  readonly busy: boolean;
  readonly asked: readonly string[] | null;
  readonly close: () => void;
} {
  const level = useConsole((state) => state.session?.environment.level);
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  const [busy, setBusy] = useState(false);
  const begin = async (datasets: readonly string[]): Promise<void> => {
    const report = await call('environment.status', {});
    const concerned = report.datasets.filter(({ name }) => datasets.length === 0 || datasets.includes(name));
    if (concerned.some((dataset) => datasetState(dataset, false).next === 'preview')) await preview(datasets);
    else if (level === 'production') setAsked(datasets);
    else await startRun({ ...plainRun, datasets: [...datasets], confirm: null });
  };
  const sync = (datasets: readonly string[]): void => {
    if (busy) return;
    setBusy(true);
    begin(datasets)
      .catch((error: unknown) => toastFailure('The run did not start', error))
      .finally(() => setBusy(false));
  };
  return { sync, busy, asked, close: () => setAsked(null) };
}
