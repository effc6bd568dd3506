import { useState } from 'react';
import { ListFilter, RotateCcw, SkipForward } from 'lucide-react';
import type { Job } from '../../../../shared/engine/documents';
import { isGivenUp, lastKnownJob } from '../../../../shared/engine/job-notes';
import { visibleName } from '../../../../shared/visible';
import { Button } from '../../components/button';
import { Drawer } from '../../components/drawer';
import { ErrorState } from '../../components/error-state';
import { FieldDiff } from '../../components/field-diff';
import { LongText } from '../../components/long-text';
import { SkeletonRows } from '../../components/skeleton';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { keyQuery, keyText } from '../../format/key';
import { href } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { BulkDialog } from './bulk-dialog';
import { changedFields } from './changed-fields';
import { JobOrigin } from './job-origin';
import { LastError } from './last-error';
import { KnownChange } from './known-change';
import { queueFilter } from './queue-source';
import { RunLink } from '../../components/run-link';

/** One job: what changed, who changed it, what became of it. */
export function JobDetail({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data: job, failure, reload } = useResource('queue.job', { id }, 4000);
  return (
    <Drawer
      title={
        <span className="row">
          Job {id} {job === undefined ? null : <StatusBadge status={job.status} />}
        </span>
      }
      onClose={onClose}
      actions={job === undefined ? null : <Actions job={job} />}
    >
      {job === undefined ? (
        failure === null ? (
          <SkeletonRows rows={6} />
        ) : (
          <ErrorState title={`Job ${id} could not be read`} failure={failure} onRetry={reload} />
        )
      ) : (
        <>
          <LastError job={job} />
          <dl className="facts">
            <dt>Dataset</dt>
            <dd>
              {job.dataset} <span className="soft">({job.job_type})</span>
            </dd>
            <dt>Entity</dt>
            <dd>
              {visibleName(job.entity_type)} <code className="strong">{keyText(job.entity_key)}</code>
            </dd>
            <dt>Operation</dt>
            <dd>{job.data.operation}</dd>
            <dt>Queued</dt>
            <dd>
              <When at={job.created_at} />
            </dd>
            <dt>{settled[job.status]}</dt>
            <dd>
              <When at={job.executed_at} none="not yet" />
              {job.run === null ? null : (
                <>
                  {isGivenUp(job) ? ', last tried by ' : ' by '}
                  <RunLink id={job.run} />
                </>
              )}
              {job.attempts > 1 ? `, ${job.attempts} tries` : ''}
            </dd>
            {job.note === null ? null : (
              <>
                <dt>Note</dt>
                <dd>
                  <LongText text={job.note} />
                </dd>
              </>
            )}
          </dl>
          {lastKnownJob(job) === null ? null : (
            <p>
              A full run found that it could not write this row. Whose change that is nobody knows;{' '}
              <KnownChange job={job} />.
            </p>
          )}
          <JobOrigin origin={job.data.origin} cause={job.cause ?? null} />
          <section className="stack stack--tight">
            <h3>What changed</h3>
            <Changed job={job} />
          </section>
        </>
      )}
    </Drawer>
  );
}

/** What its run did with it. */
const settled: Readonly<Record<Job['status'], string>> = {
  pending: 'Applied',
  running: 'Applied',
  completed: 'Applied',
  skipped: 'Skipped',
  conflict: 'Tried',
  failed: 'Tried',
};

function Changed({ job }: { readonly job: Job }) {
  const fields = changedFields(job.data);
  if (fields.length === 0)
    return <p className="soft">Only the key is recorded. What is applied is always the current row of the source.</p>;
  return <FieldDiff fields={fields} />;
}

const movable: Readonly<Record<'retry' | 'skip', readonly Job['status'][]>> = {
  retry: ['failed', 'skipped', 'conflict'],
  skip: ['pending', 'failed', 'conflict'],
};

function Actions({ job }: { readonly job: Job }) {
  const readOnly = useConsole((state) => state.session?.environment.read_only ?? false);
  const [asking, setAsking] = useState<'retry' | 'skip' | null>(null);
  const key = keyQuery(job.entity_key);
  // What is applied is the current row of the entity: its other jobs that are in the same way go with this one.
  const filter = queueFilter({ dataset: job.dataset, status: job.status, entity: key });
  return (
    <>
      {readOnly || !movable.retry.includes(job.status) ? null : (
        <Button small icon={<RotateCcw size={13} aria-hidden />} onClick={() => setAsking('retry')}>
          Retry …
        </Button>
      )}
      {readOnly || job.data.operation === 'gap' || !movable.skip.includes(job.status) ? null : (
        <Button small icon={<SkipForward size={13} aria-hidden />} onClick={() => setAsking('skip')}>
          Skip …
        </Button>
      )}
      {asking === null ? null : <BulkDialog what={asking} filter={filter} onClose={() => setAsking(null)} />}
      <a
        className="button button--small"
        href={href(`/entity/${encodeURIComponent(job.dataset)}/${encodeURIComponent(key)}`)}
      >
        Explain this entity
      </a>
      <a className="button button--small button--quiet" href={href('/queue', { dataset: job.dataset, entity: key })}>
        <ListFilter size={13} aria-hidden /> All changes of it
      </a>
    </>
  );
}
