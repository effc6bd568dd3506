import { useState } from 'react';
import type { Explanation } from '../../../../shared/contract/methods/origins';
import { isFound, lastKnownJob } from '../../../../shared/engine/job-notes';
import { visibleName } from '../../../../shared/visible';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { LongText } from '../../components/long-text';
import { RunLink } from '../../components/run-link';
import { StatusBadge } from '../../components/status-badge';
import { When } from '../../components/when';
import { keyQuery } from '../../format/key';
import { counted } from '../../format/number';
import { runKinds } from '../../format/run-kind';
import { href } from '../../router/router';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';
import { CauseText, OriginText } from '../queue/cause-text';
import { KnownChange } from '../queue/known-change';
import { timeline } from './timeline';
import type { EntityEvent } from './timeline';
import { verificationWords } from './verification-words';

/** What happened to this entity in all datasets that concern it, by time, the newest first; older parts on request. */
export function EntityHistory({ explanation }: { readonly explanation: Explanation }) {
  const [pages, setPages] = useState<readonly Explanation[]>([]);
  const [loading, setLoading] = useState(false);
  const [failure, setFailure] = useState<ReturnType<typeof failureOf> | null>(null);
  const { older } = pages.at(-1) ?? explanation;
  const readOlder = async (): Promise<void> => {
    const { dataset, key } = explanation;
    setLoading(true);
    setFailure(null);
    try {
      const page = await call('entities.explain', { dataset, key: keyQuery(key), before: older });
      setPages((now) => [...now, page]);
    } catch (error) {
      setFailure(failureOf(error));
    }
    setLoading(false);
  };
  const events = timeline([explanation, ...pages]);
  return (
    <section className="stack stack--tight">
      <h3>History</h3>
      {explanation.jobs.length === 0 ? (
        <NoChange dataset={explanation.dataset} verifications={explanation.verifications} />
      ) : null}
      <ul className="lines" aria-label="History">
        {events.map((event) => (
          <li key={event.id} style={{ paddingInline: 0, flexWrap: 'wrap', overflowWrap: 'anywhere' }}>
            <Event event={event} />
            <span className="small soft">
              <When at={event.at} />
            </span>
          </li>
        ))}
      </ul>
      {failure === null ? null : <ErrorState title="What is older could not be read" failure={failure} />}
      {older === null ? null : (
        <Button busy={loading} onClick={() => void readOlder()}>
          Show older
        </Button>
      )}
    </section>
  );
}

/** What no job tells of may have been written all the same. */
function NoChange({ dataset, verifications }: Pick<Explanation, 'dataset' | 'verifications'>) {
  const last = verifications.find((each) => each.dataset === dataset && each.whole);
  return (
    <p className="soft" style={{ overflowWrap: 'anywhere' }}>
      No change of it is in the queue. A full run writes what differs without a record for each row.
      {last === undefined ? null : (
        <>
          {' '}
          All of {dataset} was last compared by <RunLink id={last.run} word={runKinds[last.kind].toLowerCase()} />,{' '}
          <When at={last.at} />.
        </>
      )}
    </p>
  );
}

function Event({ event }: { readonly event: EntityEvent }) {
  switch (event.what) {
    case 'change': {
      const { id, dataset, status, data, note, last_error: error, cause } = event.job;
      return (
        <>
          <StatusBadge status={status} />
          <div className="grow">
            <span className="strong">{data.operation}</span>{' '}
            {isFound(event.job) ? (
              'found by a full run'
            ) : (
              <>
                by <OriginText origin={data.origin} />
              </>
            )}
            <span className="soft">, for {dataset}</span>
            {lastKnownJob(event.job) === null ? null : (
              <div className="small">
                <KnownChange job={event.job} />
              </div>
            )}
            {cause === null || cause === undefined ? null : (
              <div className="small">
                <CauseText cause={cause} />
              </div>
            )}
            {error === null && note === null ? null : (
              <div className="small soft">
                <LongText text={[error, note].filter((each) => each !== null).join('; ')} />
              </div>
            )}
          </div>
          <a className="small" href={href('/queue', { job: id })}>
            job {id}
          </a>
        </>
      );
    }
    case 'run':
      return (
        <span className="grow">
          <RunLink id={event.run} word="Run" /> settled {counted(event.jobs.length, 'job')} of it in {event.dataset}
          <span className="soft">: {[...new Set(event.jobs.map(({ status }) => status))].join(', ')}</span>
        </span>
      );
    case 'decision': {
      const { what, by } = event.decision;
      return (
        <span className="grow">
          <span className="strong">{visibleName(by)}</span> {what === 'skipped' ? 'skipped' : 'put back'}{' '}
          {counted(event.jobs.length, 'job')} of it in {event.dataset}
        </span>
      );
    }
    case 'error':
      return (
        <div className="grow bad">
          {event.error.operation} failed in {event.error.dataset}, <RunLink id={event.error.run} />
          <div className="small">
            <LongText text={event.error.reason} />
          </div>
        </div>
      );
    case 'verification': {
      const { dataset, run, kind, whole } = event.verification;
      return (
        <span className="grow">
          <RunLink id={run} word={runKinds[kind]} /> {kind === 'verify' ? 'of' : 'verified'}{' '}
          {whole ? `all of ${dataset}` : `what had changed in ${dataset}`}
          <span className="soft">: {verificationWords(event.verification)}</span>
        </span>
      );
    }
  }
}
