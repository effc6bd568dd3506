import type { QueueFilter } from '../../../../shared/contract/methods/queue';
import type { Job } from '../../../../shared/engine/documents';
import type { Place } from '../../router/router';
import { sinceOf } from '../../format/since';
import type { PagesSource } from '../../store/pages';
import { call } from '../../wire/call';

/** Parts of the address that filter the queue. */
export const filterNames = [
  'dataset',
  'status',
  'entity',
  'database',
  'application',
  'actor',
  'role',
  'only',
  'by',
  'run',
  'since',
  'until',
] as const;

/** In an address: only what somebody changed, as Origins counts it; no gap, and nothing that a full run found. */
export const onlyChanges = 'changes';

/** Stands in an address, and in the field of a filter, for what no application said. */
const notTold = '(none)';

/** What of an origin stands in an address. */
export const told = (name: string | null): string => name ?? notTold;

/** The filter that an address stands for. */
export function queueFilter(query: Place['query']): QueueFilter {
  const word = (name: (typeof filterNames)[number]): string | null =>
    query[name] === notTold ? '' : (query[name] ?? null);
  return {
    dataset: word('dataset'),
    status: (query['status'] ?? '').split(',').filter((each) => each !== '') as QueueFilter['status'],
    entity: word('entity'),
    database: word('database'),
    application: word('application'),
    actor: word('actor'),
    role: word('role'),
    changes_only: query['only'] === onlyChanges,
    by: query['by'] === 'sync' || query['by'] === 'others' ? query['by'] : null,
    run: word('run'),
    since: sinceOf(query['since']),
    until: sinceOf(query['until']),
  };
}

/** Jobs read at once; the first are awaited by somebody, and read again while they are followed. */
const [firstPage, page] = [100, 200];

export function queueSource(key: string): PagesSource<Job> {
  const filter = JSON.parse(key) as QueueFilter;
  const read = async (before: string | null, after: string | null, limit: number) => {
    const { jobs, more } = await call('queue.list', { filter, before, after, limit });
    return { rows: jobs, more };
  };
  return {
    idOf: ({ id }) => id,
    below: (id) => read(id, null, id === null ? firstPage : page),
    above: (id) => read(null, id, page),
  };
}
