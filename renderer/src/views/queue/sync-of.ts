import { href } from '../../router/router';

/** The address that asks for a sync: of the one dataset, else of all. */
export function syncOf(datasets: readonly string[]): string {
  return href('/overview', { sync: datasets.length === 1 ? datasets.join('') : 'all' }).slice(1);
}
