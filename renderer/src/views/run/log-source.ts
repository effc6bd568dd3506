import type { OutputOf } from '../../../../shared/contract/contract';
import type { PagesSource } from '../../store/pages';
import { call } from '../../wire/call';

type Entry = OutputOf<'runs.log'>['entries'][number];

/** Lines of a run's log from a level up, by the key `<run> <level>`. */
export function logSource(key: string): PagesSource<Entry> {
  const [run = '', level = 'info'] = key.split(' ');
  return {
    idOf: ({ id }) => id,
    below: async (after) => {
      const { entries, more } = await call('runs.log', { run, after, level: level as Entry['level'], limit: 500 });
      return { rows: entries, more };
    },
  };
}
