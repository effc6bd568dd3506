import { useState } from 'react';
import { Users } from 'lucide-react';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { Page, Panel } from '../../components/page';
import { Select } from '../../components/select';
import { SkeletonRows } from '../../components/skeleton';
import { counted } from '../../format/number';
import { refine, usePlace } from '../../router/router';
import { useNow } from '../../store/clock';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { OriginChart } from './origin-chart';
import { BySync } from './by-sync';
import { OriginTable } from './origin-table';
import { spans } from './spans';

/** Who changes what: over time by application, and in numbers by actor, database and dataset. */
export function Origins() {
  const { query } = usePlace();
  const datasets = useConsole((state) => state.session?.datasets ?? []);
  const [search, setSearch] = useState('');
  const span = spans.find(({ value }) => value === query['span']) ?? spans[1];
  const until = useNow(60_000) + 60_000;
  const since = until - span.ms;
  const all = query['by'] === 'all';
  const origins = useResource('origins.summary', {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    buckets: 60,
    dataset: query['dataset'] ?? null,
    by: all ? null : 'others',
  });
  const data = origins.data;
  const total = (data?.series ?? []).reduce((sum, { changes }) => sum + changes, 0);
  return (
    <Page
      title="Origins"
      about="Who changes what. Application and actor are what the application says of itself; the database role is what the server knows."
      actions={
        <>
          <Select
            quiet
            label="Dataset"
            value={query['dataset'] ?? 'all'}
            choices={[{ value: 'all', text: 'All datasets' }, ...datasets.map((name) => ({ value: name, text: name }))]}
            onChange={(dataset) => refine({ ...query, dataset: dataset === 'all' ? '' : dataset })}
          />
          <Select
            quiet
            label="Time"
            value={span.value}
            choices={spans}
            onChange={(value) => refine({ ...query, span: value })}
          />
        </>
      }
    >
      {origins.failure === null ? null : (
        <ErrorState
          title="The origins could not be read"
          failure={origins.failure}
          onRetry={origins.reload}
          loading={origins.loading}
        />
      )}
      {data === undefined || data.by_sync === 0 ? null : (
        <BySync
          data={data}
          dataset={query['dataset'] ?? null}
          onInclude={(include) => refine({ ...query, by: include ? 'all' : '' })}
        />
      )}
      {data === undefined ? (
        origins.failure === null ? (
          <SkeletonRows />
        ) : null
      ) : data.lines.length === 0 ? (
        <EmptyState
          icon={<Users size={22} aria-hidden />}
          title={
            data.by_sync === 0 ? 'No change was captured in this time' : 'Nobody else changed anything in this time'
          }
        >
          Choose a longer time. Changes are listed once they are in the queue: a preview or a sync brings them there.
        </EmptyState>
      ) : (
        <>
          <Panel title="Changes over time" about={`${counted(total, 'change')} by application`}>
            <OriginChart data={data} dataset={query['dataset'] ?? null} />
          </Panel>
          <OriginTable data={data} search={search} onSearch={setSearch} />
        </>
      )}
    </Page>
  );
}
