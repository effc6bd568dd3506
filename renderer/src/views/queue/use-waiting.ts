import type { Waiting } from '../../../../shared/engine/waiting-words';
import { useResource } from '../../store/resource';
import { waitingIn } from '../overview/waiting';

/** What waits of one dataset, or of all. */
export interface WaitingOf extends Waiting {
  /** null: of all */
  readonly dataset: string | null;
  /** the datasets that have pending jobs */
  readonly pending: readonly string[];
}

/** What waits, as the overview counts it. null: not known. @param dataset null: of all */
export function useWaiting(dataset: string | null): WaitingOf | null {
  const { data: report } = useResource('environment.status', {}, 5000);
  if (report === undefined) return null;
  const concerned = report.datasets.filter(({ name }) => dataset === null || name === dataset);
  const names = concerned.map(({ name }) => name);
  const pending = concerned.filter(({ backlog }) => (backlog ?? 0) > 0).map(({ name }) => name);
  return { ...waitingIn(report, names), dataset, pending };
}
