import type { DatasetDocument } from '../../../../shared/engine/documents';
import { duration } from '../../format/time';
import { useResource } from '../../store/resource';
import { RunLink } from '../../components/run-link';

/** How long it may take, from what the last run that succeeded did in a second. Without one nothing is claimed. */
export function Estimate({ datasets }: { readonly datasets: readonly DatasetDocument[] }) {
  const last = useResource('runs.list', {
    filter: {
      dataset: null,
      status: ['succeeded', 'partial'],
      kind: ['run'],
      mode: null,
      operator: null,
      since: null,
      until: null,
    },
    before: null,
    limit: 20,
  });
  const planned = datasets.reduce((sum, dataset) => sum + dataset.planned, 0);
  const compared = datasets.reduce((sum, dataset) => sum + (dataset.mode === 'full' ? dataset.unchanged : 0), 0);
  const model = (last.data?.runs ?? []).find(
    ({ counts, ended_at: end }) => end !== null && counts.inserted + counts.updated + counts.deleted >= 100,
  );
  if (planned === 0 || last.data === undefined) return null;
  if (model?.ended_at === null || model === undefined) {
    return <p className="small soft">How long it takes is not known: no earlier run wrote enough rows to tell.</p>;
  }
  const { inserted, updated, deleted, unchanged } = model.counts;
  const took = Math.max(1, new Date(model.ended_at).getTime() - new Date(model.started_at).getTime());
  const each = took / (inserted + updated + deleted + unchanged / 10);
  return (
    <p className="small soft">
      About {duration(each * (planned + compared / 10))}, at the pace of <RunLink id={model.id} />.
    </p>
  );
}
