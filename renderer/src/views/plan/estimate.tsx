import type { DatasetDocument } from '../../../../shared/engine/documents';
import { duration } from '../../format/time';
import { useResource } from '../../store/resource';
import { RunLink } from '../../components/run-link';
import { compareFaster, estimateMs, isModel, plannedWork } from './estimate-time';

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
    after: null,
    limit: 20,
  });
  const { planned, compared } = plannedWork(datasets);
  const model = (last.data?.runs ?? []).find(isModel);
  if (planned === 0 || last.data === undefined) return null;
  if (model === undefined) {
    if (planned + compared / compareFaster < 1000) return <p className="small soft">It takes a moment.</p>;
    return <p className="small soft">How long it takes is not known: no earlier run wrote enough rows to tell.</p>;
  }
  const milliseconds = estimateMs(model, { planned, compared });
  if (milliseconds < 5000) return <p className="small soft">It takes a moment.</p>;
  return (
    <p className="small soft">
      About {duration(milliseconds)}, at the pace of <RunLink id={model.id} />.
    </p>
  );
}
