import type { Job } from '../../../../shared/engine/documents';
import { lastKnownJob } from '../../../../shared/engine/job-notes';
import { href } from '../../router/router';

/** Of a row that a full run found: leads to the last change that is known of it, which need not be the cause. */
export function KnownChange({ job }: { readonly job: Pick<Job, 'note'> }) {
  const known = lastKnownJob(job);
  if (known === null) return null;
  return (
    <>
      the last change known of this row is <a href={href('/queue', { job: known })}>job {known}</a>
    </>
  );
}
