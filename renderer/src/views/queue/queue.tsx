import { useState } from 'react';
import { Pause, Play } from 'lucide-react';
import { Button } from '../../components/button';
import { DataTable } from '../../components/data-table';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { useListRefresh } from '../../components/use-list-refresh';
import { usePages } from '../../components/use-pages';
import { grouped } from '../../format/number';
import { refine, usePlace } from '../../router/router';
import { useResource } from '../../store/resource';
import { useViewCommands } from '../../store/view-commands';
import { BulkActions } from './bulk-actions';
import { EmptyQueue, meansPending } from './empty-queue';
import { jobColumns } from './job-columns';
import { JobDetail } from './job-detail';
import { NotQueued } from './not-queued';
import { QueueFilters } from './queue-filters';
import { filterNames, queueFilter, queueSource } from './queue-source';
import { useWaiting } from './use-waiting';

/** The queue of changes: filtered in SQL, read by key, live at its top. */
export function Queue() {
  const { query } = usePlace();
  const filter = queueFilter(query);
  const pages = usePages(JSON.stringify(filter), queueSource);
  const count = useResource('queue.count', { filter }, 5000);
  const [paused, setPaused] = useState(false);
  const [top, setTop] = useState(true);
  const live = !paused && top;
  useListRefresh(pages, live ? 2000 : null);
  const filtered = filterNames.some((name) => (query[name] ?? '') !== '');
  const chosen = query['job'] ?? null;
  const total = count.data;
  const waiting = useWaiting(filter.dataset);
  useViewCommands([
    { text: paused ? 'Follow the queue' : 'Pause the queue', onChoose: () => setPaused(!paused) },
    { text: 'Clear the filter', disabled: !filtered, onChoose: () => refine({}) },
  ]);

  return (
    <Page
      fixed
      title={
        <>
          Queue
          {total === undefined ? null : (
            <span className="soft" style={{ fontWeight: 400, fontSize: 'var(--text-l)' }}>
              {total.exact ? '' : 'more than '}
              {grouped(total.count)} {filtered ? 'match' : total.count === 1 ? 'job' : 'jobs'}
            </span>
          )}
        </>
      }
      about="One job for each captured change and dataset, each row that a full run could not write, and each gap; the newest first."
      actions={
        <>
          <Button
            icon={live ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
            aria-pressed={!paused}
            onClick={() => setPaused(!paused)}
          >
            {paused ? 'Follow' : top ? 'Following' : 'Follows at the top'}
          </Button>
          <BulkActions filter={filter} filtered={filtered} />
        </>
      }
    >
      <QueueFilters query={query} onChange={refine} />
      {pages.now.failure !== null && pages.now.rows.length > 0 ? (
        <ErrorState
          title="The queue could not be read again; what you see is older"
          failure={pages.now.failure}
          onRetry={() => void pages.refresh()}
        />
      ) : null}
      {waiting !== null && waiting.captured > 0 && meansPending(filter) && pages.now.rows.length > 0 ? (
        <NotQueued waiting={waiting} />
      ) : null}
      <div className="beside">
        <DataTable
          label="Jobs"
          columns={jobColumns}
          pages={pages}
          idOf={({ id }) => id}
          chosen={chosen}
          onOpen={({ id }) => refine({ ...query, job: id })}
          onTop={setTop}
          total={total?.exact === true ? total.count : undefined}
          empty={<EmptyQueue filter={filter} filtered={filtered} waiting={waiting} />}
        />
        {chosen === null ? null : (
          <JobDetail key={chosen} id={chosen} onClose={() => refine({ ...query, job: null })} />
        )}
      </div>
    </Page>
  );
}
