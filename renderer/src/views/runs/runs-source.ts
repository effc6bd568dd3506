import type { RunsFilter } from '../../../../shared/contract/methods/runs';
import type { RunSummary } from '../../../../shared/engine/reports';
import type { Place } from '../../router/router';
import type { PagesSource } from '../../store/pages';
import { call } from '../../wire/call';
import { sinceOf } from '../../format/since';

/** A run that is under way is queued, planning, running or verifying. */
const underWay = ['queued', 'planning', 'running', 'verifying'];

/** The filter that an address stands for. */
export function runsFilter({ dataset, status, kind, mode, operator, since }: Place['query']): RunsFilter {
  const list = (text: string | undefined): string[] => (text ?? '').split(',').filter((word) => word !== '');
  return {
    dataset: dataset ?? null,
    status: list(status).flatMap((one) => (one === 'running' ? underWay : [one])) as RunsFilter['status'],
    kind: list(kind) as RunsFilter['kind'],
    mode: (mode ?? null) as RunsFilter['mode'],
    operator: operator ?? null,
    since: sinceOf(since),
    until: null,
  };
}

export function runsSource(key: string): PagesSource<RunSummary> {
  const filter = JSON.parse(key) as RunsFilter;
  const read = async (before: string | null, after: string | null) => {
    const { runs, more } = await call('runs.list', { filter, before, after, limit: 100 });
    return { rows: runs, more };
  };
  return {
    idOf: ({ id }) => id,
    below: (before) => read(before, null),
    above: (after) => read(null, after),
  };
}
