import type { InputOf } from './contract';

/** All datasets, as a sync is asked for: nothing approved, and nothing confirmed. */
export const plainRun: InputOf<'runs.start'> = {
  datasets: [],
  mode: 'auto',
  plan: null,
  approve_deletes: null,
  allow_empty_source: false,
  confirm: null,
};
