import { RefreshCw } from 'lucide-react';
import type { Origins } from '../../../../shared/contract/methods/origins';
import { Button } from '../../components/button';
import { counted } from '../../format/number';
import { jobsOf } from './jobs-of';

/** Who wrote what a run brought into a source of another dataset: nobody of those whom one looks for here. */
export const theSync = 'Astro Sync itself';

/** How much a run of the sync wrote itself, apart from what people and applications did; they lead to its jobs, and can be included. */
export function BySync({
  data,
  dataset,
  onInclude,
}: {
  readonly data: Origins;
  readonly dataset: string | null;
  readonly onInclude: (include: boolean) => void;
}) {
  return (
    <p className="row row--wrap">
      <RefreshCw size={15} aria-hidden className="soft" />
      <span className="grow">
        <span className="strong">{theSync}</span>:{' '}
        <a href={jobsOf({ dataset }, { ...data, by: 'sync' })}>{counted(data.by_sync, 'change')}</a>
        <span className="soft">
          , brought over by runs; {data.by === null ? 'included below' : 'not counted below'}
        </span>
      </span>
      <Button small onClick={() => onInclude(data.by !== null)}>
        {data.by === null ? 'Leave them out' : 'Include them'}
      </Button>
    </p>
  );
}
