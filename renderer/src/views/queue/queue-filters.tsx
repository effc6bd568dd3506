import { jobStatusTexts } from './job-statuses';
import { Button } from '../../components/button';
import { Chips } from '../../components/chips';
import { FilterInput } from '../../components/filter-input';
import { Select } from '../../components/select';
import { periods, sinceOf } from '../../format/since';
import { exact } from '../../format/time';
import type { Place } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { filterNames, onlyChanges } from './queue-source';

type Query = Place['query'];
const words = [
  {
    name: 'entity',
    label: 'Entity key',
    hint: 'its value; for a key of several columns 300 · 1, or a=300, b=1, or JSON',
  },
  { name: 'application', label: 'Application', hint: 'its whole name' },
  { name: 'actor', label: 'Actor', hint: 'the whole name' },
  { name: 'role', label: 'Database role', hint: 'its whole name' },
  { name: 'run', label: 'Run', hint: 'its id, or the first 6 characters or more', shortest: 6 },
] as const;

const kinds = [
  { value: 'all', text: 'All jobs' },
  { value: onlyChanges, text: 'Changes somebody made' },
] as const;

const writers = [
  { value: 'all', text: 'By anybody' },
  { value: 'others', text: 'Not by the sync' },
  { value: 'sync', text: 'By the sync itself' },
] as const;

/** From when to when, in local time. */
function chosenTime({ since, until }: Query): string {
  const [from, to] = [since, until].map((text) => (sinceOf(text) === null ? '' : exact(sinceOf(text) ?? '')));
  if (from === '' || to === '') return from === '' ? `before ${to ?? ''}` : `since ${from ?? ''}`;
  return `${from ?? ''} to ${(to ?? '').slice(0, 10) === (from ?? '').slice(0, 10) ? (to ?? '').slice(11) : (to ?? '')}`;
}

export function QueueFilters({
  query,
  onChange,
}: {
  readonly query: Query;
  readonly onChange: (query: Query) => void;
}) {
  const session = useConsole((state) => state.session ?? null);
  const set = (name: string, value: string): void => onChange({ ...query, [name]: value === 'all' ? '' : value });
  const named = (names: readonly string[], all: string) => [
    { value: 'all', text: all },
    ...names.map((name) => ({ value: name, text: name })),
  ];
  const chosen = (query['status'] ?? '').split(',');
  const since = query['since'] ?? 'all';
  const known = periods.some(({ value }) => value === since);
  return (
    <div className="filters" role="search" aria-label="Filter jobs">
      <Select
        quiet
        label="Dataset"
        value={query['dataset'] ?? 'all'}
        choices={named(session?.datasets ?? [], 'All datasets')}
        onChange={(value) => set('dataset', value)}
      />
      <Select
        quiet
        label="Database"
        value={query['database'] ?? 'all'}
        choices={named(session?.databases.map(({ name }) => name) ?? [], 'All databases')}
        onChange={(value) => set('database', value)}
      />
      <Select
        quiet
        label="Changed"
        value={since}
        choices={known ? periods : [...periods, { value: since, text: chosenTime(query) }]}
        onChange={(value) => onChange({ ...query, since: value === 'all' ? '' : value, until: '' })}
      />
      <Select
        quiet
        label="Kind"
        value={query['only'] === onlyChanges ? onlyChanges : 'all'}
        choices={kinds}
        onChange={(value) => set('only', value)}
      />
      <Select
        quiet
        label="Written"
        value={writers.find(({ value }) => value === query['by'])?.value ?? 'all'}
        choices={writers}
        onChange={(value) => set('by', value)}
      />
      {words.map(({ name, ...word }) => (
        <FilterInput key={name} {...word} value={query[name] ?? ''} onChange={(value) => set(name, value)} />
      ))}
      <Chips
        label="Status"
        choices={jobStatusTexts}
        chosen={jobStatusTexts.map(({ value }) => value).filter((value) => chosen.includes(value))}
        onChange={(next) => set('status', next.join(','))}
      />
      {filterNames.every((name) => (query[name] ?? '') === '') ? null : (
        <Button look="quiet" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </div>
  );
}
