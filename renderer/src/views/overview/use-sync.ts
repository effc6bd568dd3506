import { useState } from 'react';
import type { StatusReport } from '../../../../shared/engine/reports';
import { plainRun, preview, startRun } from '../../store/actions';
import { useConsole } from '../../store/console-store';
import { toastFailure } from '../../store/toasts';
import { datasetState } from './dataset-state';

/**
 * Sync by one click. Where a dataset wants a look first (a gap, never synced, withheld deletes) it leads to the preview; in production
 * it asks for the name.
 */
export function useSync(report: StatusReport | undefined): {
  readonly sync: (datasets: readonly string[]) => void;
  readonly asked: readonly string[] | null;
  readonly close: () => void;
} {
  const level = useConsole((state) => state.session?.environment.level);
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  const sync = (datasets: readonly string[]): void => {
    const concerned = (report?.datasets ?? []).filter(({ name }) => datasets.length === 0 || datasets.includes(name));
    if (concerned.some((dataset) => datasetState(dataset, false).next === 'preview')) void preview(datasets);
    else if (level === 'production') setAsked(datasets);
    else {
      startRun({ ...plainRun, datasets: [...datasets], confirm: null }).catch((error: unknown) => {
        toastFailure('The run did not start', error);
      });
    }
  };
  return { sync, asked, close: () => setAsked(null) };
}
