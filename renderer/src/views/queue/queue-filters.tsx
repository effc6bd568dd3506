import { jobStatusTexts } from './job-statuses';
import { Button } from '../../components/button';
import { Chips } from '../../components/chips';
import { FilterInput } from '../../components/filter-input';
import { Select } from '../../components/select';
import { periods } from '../../format/since';
import type { Place } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { filterNames } from './queue-source';

type Query = Place['query'];
const words = [
  ['entity', 'Entity key'],
  ['application', 'Application'],
  ['actor', 'Actor'],
  ['run', 'Run'],
] as const;

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
        label="Time"
        value={since}
        choices={known ? periods : [...periods, { value: since, text: 'From a chosen time' }]}
        onChange={(value) => onChange({ ...query, since: value === 'all' ? '' : value, until: '' })}
      />
      {words.map(([name, label]) => (
        <FilterInput key={name} label={label} value={query[name] ?? ''} onChange={(value) => set(name, value)} />
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
