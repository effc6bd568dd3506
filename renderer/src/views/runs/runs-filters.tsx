import { Chips } from '../../components/chips';
import { FilterInput } from '../../components/filter-input';
import { Button } from '../../components/button';
import { Select } from '../../components/select';
import { periods } from '../../format/since';
import type { Place } from '../../router/router';
import { useConsole } from '../../store/console-store';

const statuses = (['succeeded', 'partial', 'failed', 'cancelled', 'interrupted', 'running'] as const).map((value) => ({
  value,
  text: value === 'running' ? 'Under way' : `${value.slice(0, 1).toUpperCase()}${value.slice(1)}`,
}));
const kinds = [
  { value: 'all', text: 'Runs and verifications' },
  { value: 'run', text: 'Runs' },
  { value: 'verify', text: 'Verifications' },
] as const;
const modes = [
  { value: 'all', text: 'Any mode' },
  { value: 'auto', text: 'auto' },
  { value: 'incremental', text: 'incremental' },
  { value: 'full', text: 'full' },
] as const;

type Query = Place['query'];

export function RunsFilters({ query, onChange }: { readonly query: Query; readonly onChange: (query: Query) => void }) {
  const datasets = useConsole((state) => state.session?.datasets ?? []);
  const set = (name: string, value: string): void => onChange({ ...query, [name]: value === 'all' ? '' : value });
  const chosen = (query['status'] ?? '').split(',');
  return (
    <div className="filters" role="search" aria-label="Filter runs">
      <Select
        quiet
        label="Dataset"
        value={query['dataset'] ?? 'all'}
        choices={[{ value: 'all', text: 'All datasets' }, ...datasets.map((name) => ({ value: name, text: name }))]}
        onChange={(value) => set('dataset', value)}
      />
      <Select
        quiet
        label="Kind"
        value={query['kind'] ?? 'all'}
        choices={kinds}
        onChange={(value) => set('kind', value)}
      />
      <Select
        quiet
        label="Mode"
        value={query['mode'] ?? 'all'}
        choices={modes}
        onChange={(value) => set('mode', value)}
      />
      <Select
        quiet
        label="Time"
        value={query['since'] ?? 'all'}
        choices={periods}
        onChange={(value) => set('since', value)}
      />
      <FilterInput
        label="Operator"
        hint="the whole name"
        value={query['operator'] ?? ''}
        onChange={(value) => set('operator', value)}
      />
      <Chips
        label="Status"
        choices={statuses}
        chosen={statuses.map(({ value }) => value).filter((value) => chosen.includes(value))}
        onChange={(next) => set('status', next.join(','))}
      />
      {Object.keys(query).length === 0 ? null : (
        <Button look="quiet" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </div>
  );
}
